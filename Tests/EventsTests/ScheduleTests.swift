// SPDX-License-Identifier: Apache-2.0

import Events
import Foundation
import Testing

@Suite("Schedules")
struct ScheduleTests {
    private static func instant(_ text: String) throws -> Int64 {
        let formatter = ISO8601DateFormatter()
        let date = try #require(formatter.date(from: text))
        return Int64(date.timeIntervalSince1970) * 1000
    }

    private static func text(_ instant: Int64?) -> String? {
        instant.map { ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double($0) / 1000)) }
    }

    // 2026-11-21 is a Saturday.
    @Test(
        "cron names the next minute",
        arguments: [
            ("cron(0 12 * * ? *)", "2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z"),
            ("cron(0 12 * * ? *)", "2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"),
            ("cron(0 12 * * ? *)", "2026-12-31T12:00:00Z", "2027-01-01T12:00:00Z"),
            ("cron(15 10 ? * MON-FRI *)", "2026-11-21T10:00:00Z", "2026-11-23T10:15:00Z"),
            ("cron(0/5 8-17 ? * 2-6 *)", "2026-11-20T17:55:00Z", "2026-11-23T08:00:00Z"),
            ("cron(0/5 8-17 ? * 2-6 *)", "2026-11-20T17:52:30Z", "2026-11-20T17:55:00Z"),
            ("cron(*/20 * * * ? *)", "2026-11-20T23:41:00Z", "2026-11-21T00:00:00Z"),
            ("cron(10-50/20 1,3 * * ? *)", "2026-11-21T01:30:01Z", "2026-11-21T01:50:00Z"),
            ("cron(0 8 1 * ? *)", "2026-11-21T00:00:00Z", "2026-12-01T08:00:00Z"),
            ("cron(0 0 31 * ? *)", "2026-11-21T00:00:00Z", "2026-12-31T00:00:00Z"),
            ("cron(0 0 31 2,4,7 ? *)", "2026-11-21T00:00:00Z", "2027-07-31T00:00:00Z"),
            ("cron(0 0 29 FEB ? *)", "2026-11-21T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("cron(0 0 29 2 ? 2100-2104)", "2026-11-21T00:00:00Z", "2104-02-29T00:00:00Z"),
            ("cron(59 23 L * ? *)", "2027-02-01T00:00:00Z", "2027-02-28T23:59:00Z"),
            ("cron(0 0 L-2 * ? *)", "2026-11-01T00:00:00Z", "2026-11-28T00:00:00Z"),
            // The 31st of January 2027 is a Sunday, the 31st of October 2026 a Saturday.
            ("cron(0 0 LW * ? *)", "2027-01-30T00:00:00Z", "2027-02-26T00:00:00Z"),
            ("cron(0 0 LW * ? *)", "2027-01-01T00:00:00Z", "2027-01-29T00:00:00Z"),
            ("cron(0 0 LW * ? *)", "2026-10-01T00:00:00Z", "2026-10-30T00:00:00Z"),
            // The 21st of November 2026 is a Saturday, the 15th a Sunday; the 1st of August 2026 a Saturday.
            ("cron(0 0 21W * ? *)", "2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z"),
            ("cron(0 0 15W * ? *)", "2026-11-01T00:00:00Z", "2026-11-16T00:00:00Z"),
            ("cron(0 0 18W * ? *)", "2026-11-01T00:00:00Z", "2026-11-18T00:00:00Z"),
            ("cron(0 0 1W * ? *)", "2026-07-20T00:00:00Z", "2026-08-03T00:00:00Z"),
            ("cron(0 9 ? * L *)", "2026-11-21T10:00:00Z", "2026-11-28T09:00:00Z"),
            ("cron(0 9 ? * 6L *)", "2026-11-01T00:00:00Z", "2026-11-27T09:00:00Z"),
            ("cron(0 9 ? * FRIL *)", "2026-11-27T09:00:00Z", "2026-12-25T09:00:00Z"),
            ("cron(0 9 ? * 3#2 *)", "2026-11-01T00:00:00Z", "2026-11-10T09:00:00Z"),
            ("cron(0 9 ? * MON#5 *)", "2026-12-01T00:00:00Z", "2027-03-29T09:00:00Z"),
            ("cron(0 9 ? * FRI-MON *)", "2026-11-23T10:00:00Z", "2026-11-27T09:00:00Z"),
            ("cron(0 9 ? JAN,jul mon *)", "2026-11-23T10:00:00Z", "2027-01-04T09:00:00Z"),
            ("cron(0 9 ? * 1 2030)", "2026-11-23T10:00:00Z", "2030-01-06T09:00:00Z"),
            ("cron(0 9 1 1 ? 2020)", "2026-11-23T10:00:00Z", nil), ("cron(0 0 30 2 ? *)", "2026-11-23T10:00:00Z", nil),
            ("cron(0 9 1 1 ? 2199)", "2026-11-23T10:00:00Z", "2199-01-01T09:00:00Z"),
        ] as [(String, String, String?)]
    )
    func cron(expression: String, after: String, next: String?) throws {
        #expect(Self.text(try Schedule(expression).next(after: Self.instant(after))) == next)
    }

    @Test(
        "rates are counted from their beginning",
        arguments: [
            ("rate(1 minute)", 0, 0, 60_000), ("rate(5 minutes)", 299_999, 0, 300_000),
            ("rate(5 minutes)", 300_000, 0, 600_000),
            ("rate(1 hour)", 5_000, 1_000, 3_601_000), ("rate(7 days)", 0, 0, 604_800_000),
            ("rate(2 hours)", 0, 50, 7_200_050),
            ("rate(1 day)", 86_400_007, 7, 172_800_007),
        ]
    )
    func rate(expression: String, after: Int64, beginning: Int64, next: Int64) throws {
        #expect(try Schedule(expression).next(after: after, since: beginning) == next)
    }

    @Test(
        "what is no schedule is refused",
        arguments: [
            "", "rate()", "rate(0 minutes)", "rate(1 minutes)", "rate(5 minute)", "rate(-5 minutes)", "rate(5 weeks)",
            "rate(5  )", "rate(1.5 hours)", "rate(99999999999999999 days)", "every 5 minutes", "cron(* * * * *)",
            "cron(0 12 * * * *)", "cron(0 12 ? * ? *)", "cron(60 12 * * ? *)", "cron(0 24 * * ? *)",
            "cron(0 0 0 * ? *)",
            "cron(0 0 32 * ? *)", "cron(0 0 * 13 ? *)", "cron(0 0 ? * 8 *)", "cron(0 0 ? * 0 *)", "cron(0 0 ? * 3#6 *)",
            "cron(0 0 ? * MON#0 *)", "cron(0 0 * * ? 1969)", "cron(0 0 * * ? 2200)", "cron(0/0 0 * * ? *)",
            "cron(a 0 * * ? *)",
            "cron(1, 0 * * ? *)", "cron(1- 0 * * ? *)", "cron(1-2-3 0 * * ? *)", "cron(? 0 * * ? *)",
            "cron(0 0 L * L *)",
            "cron(0 0 5X * ? *)", "cron(0 0 32W * ? *)", "CRON(0 0 * * ? *)", "cron(0 0 * * ? *",
        ]
    )
    func refused(expression: String) throws {
        let error = #expect(throws: EventError.self) { try Schedule(expression) }
        #expect(error?.code == .invalid)
        #expect(error?.message.hasPrefix("Parameter ScheduleExpression is not valid: '\(expression)': ") == true)
    }
}
