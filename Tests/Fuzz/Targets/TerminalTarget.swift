// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// However a log is cut, the same comes out of the filter for terminals, and nothing in it moves a cursor.
struct TerminalTarget: FuzzTarget {
    let name = "terminal"
    let seeds = [
        "plain\ntext\u{1B}[31mred\u{1B}[0m\r50 %\r100 %\r\n\u{202E}evil\u{1B}]0;title\u{07}\u{9B}1J",
        "é\u{1F600}\u{E9}e\u{301}\t|\0\u{7F}\u{85}",
    ].map { Array($0.utf8) }
    let words = [
        "\u{1B}", "\u{1B}[2J", "\r", "\n", "\r\n", "\u{9B}", "\u{202E}", "\0", "\u{08}", "\u{1F600}", "\u{FEFF}",
        "\u{E0041}",
    ]

    func check(_ input: [UInt8]) throws {
        let whole = Self.filter([input])
        var generator = SeededGenerator(hashing: input)
        for size in [1, 2, 50] {
            var pieces: [[UInt8]] = []
            var rest = input[...]
            while !rest.isEmpty {
                let piece = rest.prefix(1 + generator.number(below: size))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            try FuzzFailure.unless(Self.filter(pieces) == whole, "cut into pieces of \(size) it comes out otherwise")
        }
        let text = String(decoding: whole, as: UTF8.self)
        try FuzzFailure.unless(
            text.unicodeScalars.allSatisfy {
                $0 == "\n" || $0 == "\t" || ($0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value))
            },
            "what is shown controls the terminal: \(text.debugDescription)"
        )
        let line = TerminalText.neutralized(String(decoding: input, as: UTF8.self))
        try FuzzFailure.unless(
            line.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && $0 != "\u{202E}"
            },
            "a line is more than a line: \(line.debugDescription)"
        )
    }

    private static func filter(_ pieces: [[UInt8]]) -> [UInt8] {
        var filter = TerminalFilter()
        var result: [UInt8] = []
        for piece in pieces { result += filter.feed(piece) }
        return result + filter.finish()
    }
}
