// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Testing

@Suite("Texts for people")
struct TextTests {
    private let table = TableFormatter(columns: [
        .init("ID"), .init("#", isRightAligned: true), .init("MESSAGE", canShrink: true),
    ])

    @Test("columns stand below each other, without spaces at the ends")
    func aligned() {
        let text = table.text([["abalone", "7", "first"], ["ü🐚", "123", ""]])
        #expect(
            text == """
                ID         #  MESSAGE
                abalone    7  first
                ü🐚      123

                """
        )
    }

    @Test("what may be cut is cut to the terminal's width, nothing else")
    func narrow() {
        let rows = [["abalone", "7", "a long message that does not fit"]]
        #expect(table.text(rows, width: 30).split(separator: "\n").last == "abalone  7  a long message th…")
        #expect(table.text(rows, width: 5).split(separator: "\n").last == "abalone  7  a long …")
        #expect(table.text(rows, width: 200) == table.text(rows))
    }

    @Test("no rows give no text, and the header can be left out")
    func headers() {
        #expect(table.text([]) == "")
        let bare = TableFormatter(columns: [.init("A"), .init("B")], showsHeader: false)
        #expect(bare.text([["1", "2"]]) == "1  2\n")
    }

    @Test("42: control characters cannot reach the terminal")
    func control() {
        let bare = TableFormatter(columns: [.init("A")], showsHeader: false)
        #expect(bare.text([["a\u{1b}[31m\r\nb\u{9b}\u{202e}"]]) == "a\u{fffd}[31m\u{fffd}\u{fffd}b\u{fffd}\u{fffd}\n")
    }

    @Test(
        "columns are counted as terminals show them",
        arguments: [
            ("abc", 3), ("", 0), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("🐚", 2), ("ｶﾅ", 2), ("한", 2), ("…", 1),
        ]
    )
    func columns(text: String, count: Int) {
        #expect(text.terminalColumns == count)
    }

    @Test("a wide letter is not cut in half", arguments: [(5, "日本…"), (4, "日…"), (6, "日本語"), (1, "…"), (0, "")])
    func truncation(columns: Int, expected: String) {
        #expect("日本語".truncated(to: columns) == expected)
    }

    @Test(
        "times are told from now",
        arguments: [
            (0, "just now"), (1_999, "just now"), (2_000, "2 seconds ago"), (59_999, "59 seconds ago"),
            (60_000, "1 minute ago"), (180_000, "3 minutes ago"), (7_200_000, "2 hours ago"), (86_400_000, "1 day ago"),
            (2_592_000_000, "1 month ago"), (31_536_000_000 * 2, "2 years ago"), (-1_000, "just now"),
            (-180_000, "in 3 minutes"),
        ] as [(Int64, String)]
    )
    func relative(age: Int64, expected: String) {
        #expect(RelativeTime.text(1_700_000_000_000 - age, now: 1_700_000_000_000) == expected)
    }

    @Test(
        "absurd instants do not trap",
        arguments: [(Int64.min, Int64.max), (Int64.max, Int64.min), (0, Int64.min)] as [(Int64, Int64)]
    )
    func absurd(instant: Int64, now: Int64) {
        #expect(!RelativeTime.text(instant, now: now).isEmpty)
    }

    @Test(
        "durations have their two largest units",
        arguments: [
            (-5, "0 ms"), (0, "0 ms"), (340, "340 ms"), (1_340, "1.3s"), (59_999, "59.9s"), (65_000, "1m 05s"),
            (3_600_000, "1h 00m"),
            (7_380_000, "2h 03m"), (371_000_000, "4d 07h"),
        ] as [(Int64, String)]
    )
    func durations(milliseconds: Int64, expected: String) {
        #expect(DurationText.text(milliseconds: milliseconds) == expected)
    }

    @Test(
        "sizes have decimal units",
        arguments: [
            (-1, "0 bytes"), (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1.0 kB"),
            (12_345_678, "12.3 MB"),
            (999_949, "999.9 kB"), (999_950, "1.0 MB"), (1_500_000_000, "1.5 GB"), (.max, "9.2 EB"),
        ] as [(Int64, String)]
    )
    func sizes(bytes: Int64, expected: String) {
        #expect(ByteText.text(bytes) == expected)
    }
}
