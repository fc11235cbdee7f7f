// SPDX-License-Identifier: Apache-2.0

import Builds
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "an instant is written and read back",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399_001, "2100-02-28T23:59:59.001Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_772_368_496_789, "2026-03-01T12:34:56.789Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func roundTrip(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).text == text)
        #expect(Timestamp(text: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(
        "what is no time is not read",
        arguments: [
            "", "2026-03-01", "2026-03-01T12:34:56.7x9Z", "2026-03-01T12:34:56+01:00", "2026-00-01T00:00:00Z",
            "2026-03--1T00:00:00Z", "2026-03-01T24:00:00Z",
        ]
    )
    func refused(_ text: String) {
        #expect(Timestamp(text: text) == nil)
    }
}
