// SPDX-License-Identifier: Apache-2.0

/// Makes a stream of bytes harmless for a terminal, piece by piece, as `TerminalText.visible` does for a whole text.
///
/// Line feeds and tabs stay, and colours where they are wanted. A carriage return, with which programs paint over a line,
/// ends the line instead. Characters and colours that are cut by the end of a piece are kept for the next one; nothing else
/// is, so the memory is bounded.
package struct TerminalFilter: Sendable {
    /// The most bytes that a change of colours has; a longer one is shown, and not obeyed.
    private static let colorLimit = 64
    private static let escape: UInt8 = 0x1B

    /// Whether sequences that set colours and weights (SGR, ECMA-48 8.3.117) stay as they are.
    private let keepsColors: Bool
    /// The first bytes of a character, or of a change of colours, whose others have not come yet.
    private var cut: [UInt8] = []
    /// Whether the last byte was a carriage return, so that a line feed after it belongs to it.
    private var endsWithReturn = false

    package init(keepsColors: Bool = false) {
        self.keepsColors = keepsColors
    }

    /// The harmless form of the next piece.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var piece = cut
        piece.append(contentsOf: bytes)
        cut = []
        let length = max(Self.lengthOfCutCharacter(piece), keepsColors ? Self.lengthOfCutColor(piece) : 0)
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
        let isPlain = piece.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x09 }
        if isPlain, !endsWithReturn { return piece }
        guard keepsColors else { return visible(piece) }
        var result: [UInt8] = []
        var rest = piece[...]
        while let start = rest.firstIndex(of: Self.escape) {
            let length = Self.lengthOfColor(rest[start...])
            // One that is none is shown with what follows it.
            let end = start + max(length, 1)
            result += visible(rest[..<start])
            endsWithReturn = false
            result += length > 0 ? Array(rest[start..<end]) : visible(rest[start..<end])
            rest = rest[end...]
        }
        return result + visible(rest)
    }

    /// Control characters made visible, and lines ended as they are here.
    private mutating func visible(_ piece: some Collection<UInt8>) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(piece.count)
        for byte in piece {
            if byte != 0x0A || !endsWithReturn { lines.append(byte == 0x0D ? 0x0A : byte) }
            endsWithReturn = byte == 0x0D
        }
        return Array(TerminalText.visible(lines, keepsLines: true).utf8)
    }

    /// How many bytes at the beginning set colours: `ESC [ 1 ; 31 m`; 0 where they do something else.
    private static func lengthOfColor(_ bytes: ArraySlice<UInt8>) -> Int {
        let beginning = bytes.prefix(colorLimit)
        guard beginning.starts(with: [escape, UInt8(ascii: "[")]) else { return 0 }
        guard let end = beginning.dropFirst(2).firstIndex(where: { !isParameter($0) }), bytes[end] == UInt8(ascii: "m")
        else { return 0 }
        return end + 1 - bytes.startIndex
    }

    /// How many bytes at the end may become a change of colours.
    private static func lengthOfCutColor(_ bytes: [UInt8]) -> Int {
        let tail = bytes.suffix(colorLimit - 1)
        guard let start = tail.lastIndex(of: escape) else { return 0 }
        let begun = tail[start...].dropFirst()
        let isCut = begun.isEmpty || begun.first == UInt8(ascii: "[") && begun.dropFirst().allSatisfy(isParameter)
        return isCut ? tail.endIndex - start : 0
    }

    /// Digits, and what is between the numbers.
    private static func isParameter(_ byte: UInt8) -> Bool { (0x30...0x3B).contains(byte) }

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
