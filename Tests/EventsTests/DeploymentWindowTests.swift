// SPDX-License-Identifier: Apache-2.0

import Events
import Foundation
import TestSupport
import Testing

@Suite("Deployment windows")
struct DeploymentWindowTests {
    private static func instant(_ text: String) throws -> Int64 {
        Int64(try #require(ISO8601DateFormatter().date(from: text)).timeIntervalSince1970) * 1000
    }

    private static func text(_ instant: Int64?) -> String? {
        instant.map { ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double($0) / 1000)) }
    }

    @Test(
        "a window is open or not, by the clocks of its zone",
        arguments: [
            ("* * 9-17 ? * MON-FRI *", nil, "2026-11-20T09:00:00Z", true),
            ("* * 9-17 ? * MON-FRI", nil, "2026-11-20T17:59:59Z", true),
            ("* * 9-17 ? * MON-FRI", nil, "2026-11-20T18:00:00Z", false),
            ("* * 9-17 ? * MON-FRI", nil, "2026-11-21T12:00:00Z", false),
            ("0 0 9 ? * MON-FRI", nil, "2026-11-20T09:00:31Z", true),
            ("0 0 9 ? * MON-FRI", nil, "2026-11-20T09:01:00Z", false),
            ("* * 9-17 ? * *", "Europe/Berlin", "2026-11-20T08:00:00Z", true),
            ("* * 9-17 ? * *", "Europe/Berlin", "2026-07-20T07:00:00Z", true),
            ("* * 9-17 ? * *", "Europe/Berlin", "2026-07-20T06:59:59Z", false),
            ("* * 9-17 ? * *", "+02:00", "2026-11-20T07:00:00Z", true),
            ("* * 9-17 ? * *", "America/New_York", "2026-11-20T14:00:00Z", true),
            ("* * 9-17 ? * *", "America/New_York", "2090-07-20T13:00:00Z", true),
            ("* * 9-17 ? * *", "Australia/Sydney", "2090-01-10T22:00:00Z", true),
            ("* * 9-17 ? * *", "Australia/Sydney", "2090-07-10T22:59:00Z", false),
            ("* * 9-17 ? * *", "Asia/Kolkata", "2026-11-20T03:30:00Z", true),
            ("* * 9-17 ? * *", "Asia/Kolkata", "2026-11-20T03:29:00Z", false),
        ] as [(String, String?, String, Bool)]
    )
    func contains(cron: String, zone: String?, at: String, isOpen: Bool) throws {
        #expect(try DeploymentWindow(cron: cron, timeZone: zone).contains(Self.instant(at)) == isOpen)
    }

    @Test(
        "19: the next time of a zone is right where clocks change",
        arguments: [
            ("* * 9-17 ? * MON-FRI", "Europe/Berlin", "2026-11-21T12:00:00Z", "2026-11-23T08:00:00Z"),
            // On the 29th of March 2026 the clocks go from 2 to 3: 2:30 is left out.
            ("0 30 2 * * ?", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"),
            ("0 30 3 * * ?", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
            // On the 25th of October 2026 they go from 3 to 2: 2:30 is twice.
            ("0 30 2 * * ?", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            ("0 30 2 * * ?", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
            ("0 30 2 * * ?", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"),
            ("0 0,59 2,3 * * ?", "Europe/Berlin", "2026-10-25T00:59:00Z", "2026-10-25T01:00:00Z"),
            ("0 0 0 1 * ?", "Pacific/Kiritimati", "2026-11-20T00:00:00Z", "2026-11-30T10:00:00Z"),
            ("0 0 0 1 * ?", "Pacific/Niue", "2026-11-20T00:00:00Z", "2026-12-01T11:00:00Z"),
            // Samoa had no 30th of December 2011.
            ("0 0 12 30 12 ? 2011", "Pacific/Apia", "2011-12-01T00:00:00Z", nil),
            ("0 0 12 31 12 ? 2011", "Pacific/Apia", "2011-12-01T00:00:00Z", "2011-12-30T22:00:00Z"),
            ("0 0 12 1 6 ? 2150", "America/New_York", "2026-01-01T00:00:00Z", "2150-06-01T16:00:00Z"),
        ] as [(String, String, String, String?)]
    )
    func next(cron: String, zone: String, after: String, next: String?) throws {
        #expect(Self.text(try DeploymentWindow(cron: cron, timeZone: zone).next(after: Self.instant(after))) == next)
    }

    @Test(
        "zones agree with another reader of the same files, for a century and a half",
        arguments: [
            "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran",
            "Asia/Kathmandu",
            "Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin", "America/Nuuk", "Antarctica/Troll",
        ]
    )
    func zones(name: String) throws {
        let python = """
            import datetime, sys, zoneinfo
            zone = zoneinfo.ZoneInfo(sys.argv[1])
            second = -631152000
            while second < 4102444800:
                local = datetime.datetime.fromtimestamp(second, zone)
                print(second, local.minute, local.hour, local.day, local.month)
                second += 37 * 86400 + 5 * 3600 + 420
            """
        let result = try Program.run("python3", ["-c", python, name], environment: Program.path)
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 0 && lines.count > 1000, "\(result.errors)")
        let zone = try ZoneClock(name)
        var wrong: [Substring] = []
        for line in lines {
            let parts = line.split(separator: " ")
            let second = try #require(Int64(parts[0]))
            let window = try DeploymentWindow(cron: "* \(parts[1]) \(parts[2]) \(parts[3]) \(parts[4]) ?", zone: zone)
            if !window.contains(second * 1000) { wrong.append(line) }
        }
        #expect(wrong == [])
    }

    @Test(
        "what is no window is refused",
        arguments: [
            ("* * 9-17 * MON-FRI", nil), ("* * 9-17 * * MON-FRI", nil), ("61 * 9 ? * *", nil), ("", nil),
            ("* * 9-17 ? * * *", "Mars/Olympus"), ("* * 9-17 ? * * *", "../../etc/passwd"), ("* * 9-17 ? * * *", ""),
            ("* * 9-17 ? * * *", "/etc/localtime"), ("* * 9-17 ? * * *", "+25:00"), ("* * 9-17 ? * * *", "tzdata.zi"),
            ("* * 9-17 ? * * *", "Europe"),
        ] as [(String, String?)]
    )
    func refused(cron: String, zone: String?) throws {
        let error = #expect(throws: EventError.self) { try DeploymentWindow(cron: cron, timeZone: zone) }
        #expect(error?.code == .invalid)
    }
}
