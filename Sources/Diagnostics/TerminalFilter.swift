// SPDX-License-Identifier: Apache-2.0

/// Makes a stream of bytes harmless for a terminal, piece by piece, as `TerminalText.visible` does for a whole text.
///
/// Line feeds and tabs stay. A carriage return, with which programs paint over a line, ends the line instead. Characters
/// that are cut by the end of a piece are kept for the next one; nothing else is, so the memory is bounded.
package struct TerminalFilter: Sendable {
    /// The first bytes of a character whose others have not come yet; at most three.
    private var cut: [UInt8] = []
    /// Whether the last byte was a carriage return, so that a line feed after it belongs to it.
    private var endsWithReturn = false

    package init() {}

    /// The harmless form of the next piece.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var piece = cut
        piece.append(contentsOf: bytes)
        cut = []
        let length = Self.lengthOfCutCharacter(piece)
        if length > 0 {
            cut = Array(piece.suffix(length))
            piece.removeLast(length)
        }
        return harmless(piece)
    }

    /// What was kept, at the end of the stream.
    package mutating func finish() -> [UInt8] {
        defer { cut = [] }
        return harmless(cut)
    }

    private mutating func harmless(_ piece: [UInt8]) -> [UInt8] {
        guard let last = piece.last else { return [] }
        let isPlain = piece.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x09 }
        if isPlain, !endsWithReturn { return piece }
        var lines: [UInt8] = []
        lines.reserveCapacity(piece.count)
        for byte in piece {
            if byte != 0x0A || !endsWithReturn { lines.append(byte == 0x0D ? 0x0A : byte) }
            endsWithReturn = byte == 0x0D
        }
        endsWithReturn = last == 0x0D
        return Array(TerminalText.visible(lines, keepsLines: true).utf8)
    }

    /// How many bytes at the end begin a character of UTF-8 that is not complete.
    private static func lengthOfCutCharacter(_ bytes: [UInt8]) -> Int {
        for (index, byte) in bytes.suffix(3).reversed().enumerated() {
            let wanted =
                switch byte {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 1
                }
            if wanted > 1 { return wanted > index + 1 ? index + 1 : 0 }
            // Not the second or later byte of a character: nothing is cut.
            if !(0x80..<0xC0).contains(byte) { return 0 }
        }
        return 0
    }
}
