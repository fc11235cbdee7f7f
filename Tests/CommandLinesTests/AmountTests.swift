// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Testing

@Suite("Durations and sizes that are read")
struct AmountTests {
    @Test(
        "a duration is a number with units; minutes without",
        arguments: [
            ("90s", 90), ("10m", 600), ("1h30m", 5400), ("2d", 172_800), ("5", 300), ("1m1s", 61), ("007m", 420),
            ("1h00m", 3600),
        ]
    )
    func duration(text: String, seconds: Int) {
        #expect(DurationText.seconds(text) == seconds)
    }

    @Test(
        "anything else is no duration",
        arguments: [
            "", "0", "0s", "-5", "-5m", "m", "1x", "1m5", "1.5h", " 5m", "5 m", "1H", "٣m", "99999999999999999999",
            "9999999999999d", "200000d", "1w", "0h0m",
        ]
    )
    func noDuration(text: String) {
        #expect(DurationText.seconds(text) == nil)
    }

    @Test(
        "a size has units of 1024",
        arguments: [
            ("1", 1), ("100000", 100_000), ("1k", 1024), ("512M", 512 << 20), ("2G", 2 << 30), ("2g", 2 << 30),
            ("1.5GiB", 3 << 29), ("1GB", 1 << 30), ("1T", 1 << 40), ("64b", 64), (".5k", 512),
        ] as [(String, Int64)]
    )
    func size(text: String, bytes: Int64) {
        #expect(ByteText.bytes(text) == bytes)
    }

    @Test(
        "anything else is no size",
        arguments: ["", "0", "G", "-1G", "1.2.3G", "1P", "1 G", "1GG", "0.1", "inf", "nan", "1e3", "99999999T", "٣G"]
    )
    func noSize(text: String) {
        #expect(ByteText.bytes(text) == nil)
    }

    @Test("what is written for whole numbers of minutes is as long as what was read", arguments: [1, 59, 60, 1439])
    func written(minutes: Int) throws {
        let seconds = try #require(DurationText.seconds("\(minutes)m"))
        let text = DurationText.text(milliseconds: Int64(seconds) * 1000)
        #expect(DurationText.seconds(text.replacing(" ", with: "")) == seconds)
    }
}
