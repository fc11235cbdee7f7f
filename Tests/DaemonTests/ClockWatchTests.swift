// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Daemon

@Suite("Noticing that the date was set")
struct ClockWatchTests {
    private static let day: Int64 = 86_400_000

    @Test(
        "19: a date that was set is noticed by how much, once; sleep and slewing are none",
        arguments: [
            // Date and uptime later, and what is noticed.
            (60_000, 60_000, 0), (day + 60_000, 60_000, day), (60_000 - day, 60_000, -day),
            (day, day, 0), (62_000, 60_000, 0), (0, 60_000, -60_000), (3_600_000 + day, 3_600_000, day),
        ] as [(Int64, Int64, Int64)]
    )
    func jumps(date: Int64, uptime: Int64, moved: Int64) {
        var watch = ClockWatch()
        #expect(watch.jump(date: 1_000_000_000_000, uptime: 500) == 0, "the first look has nothing to compare with")
        #expect(watch.jump(date: 1_000_000_000_000 + date, uptime: 500 + uptime) == moved)
        #expect(watch.jump(date: 1_000_000_001_000 + date, uptime: 1_500 + uptime) == 0)
    }
}
