// SPDX-License-Identifier: Apache-2.0

import Events
import Foundation
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
        "the next time of a zone is right where clocks change",
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
        "zones agree with the C library's for two centuries",
        arguments: [
            "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran",
            "Australia/Lord_Howe",
            "Pacific/Apia", "Europe/Dublin", "America/Nuuk", "Asia/Kathmandu", "Antarctica/Troll",
        ]
    )
    func zones(name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        let calendar: Calendar = {
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = zone
            return calendar
        }()
        // The minute of the hour and the hour tell the offset.
        var instant = try Self.instant("1950-01-01T00:00:00Z")
        let end = try Self.instant("2037-12-31T00:00:00Z")
        var wrong: [String] = []
        while instant < end {
            let parts = calendar.dateComponents(
                [.hour, .minute],
                from: Date(timeIntervalSince1970: Double(instant) / 1000)
            )
            let cron = "* \(parts.minute ?? 0) \(parts.hour ?? 0) * * ?"
            if try !DeploymentWindow(cron: cron, timeZone: name).contains(instant) {
                wrong.append(Self.text(instant) ?? "")
            }
            instant += 86_400_000 * 9 + 3_600_000 * 5
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
