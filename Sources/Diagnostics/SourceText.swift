// SPDX-License-Identifier: Apache-2.0

/// A file's bytes, cut into lines once.
///
/// Lines end as in YAML 1.1: at LF, CR, CR LF, NEL, LINE SEPARATOR and PARAGRAPH SEPARATOR. A UTF-8 byte-order mark at the
/// start belongs to no line.
package struct SourceText: Sendable {
    private let bytes: [UInt8]
    /// Where each line starts, and last the end of the bytes.
    private let starts: [Int]
    /// How many characters start in each whole chunk of the bytes.
    private let characters: [Int]
    private static let chunk = 4096

    /// Indexes the lines; O(n) in the bytes.
    package init(_ bytes: [UInt8]) {
        var starts = [bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0]
        let span = bytes.span
        var index = starts[0]
        while index < span.count {
            let byte = span[index]
            index += 1
            switch byte {
            case 0x0a:
                starts.append(index)
            case 0x0d:
                if index < span.count, span[index] == 0x0a { index += 1 }
                starts.append(index)
            case 0xc2 where index < span.count && span[index] == 0x85:
                index += 1
                starts.append(index)
            case 0xe2 where index + 1 < span.count && span[index] == 0x80 && (span[index + 1] & 0xfe) == 0xa8:
                index += 2
                starts.append(index)
            default:
                break
            }
        }
        starts.append(bytes.count)
        characters = (0..<bytes.count / Self.chunk).map { chunk in
            var count = 0
            for index in chunk * Self.chunk..<(chunk + 1) * Self.chunk where span[index] & 0xc0 != 0x80 { count += 1 }
            return count
        }
        self.bytes = bytes
        self.starts = starts
    }

    /// How many lines there are; at least one.
    package var lineCount: Int { starts.count - 1 }

    /// The text of a line, without what ends it.
    /// - Parameters:
    ///   - number: the line, from 1.
    ///   - limitBytes: how much of a long line is taken.
    /// - Returns: the text, with `�` for bytes that are not UTF-8; empty for a line that does not exist.
    package func line(_ number: Int, limitBytes: Int = 65_536) -> String {
        guard number >= 1, number < starts.count else { return "" }
        let start = starts[number - 1]
        return text(start..<min(starts[number], start + limitBytes))
    }

    /// Part of a line.
    package struct Part {
        /// The text, without what ends the line.
        package let text: String
        /// How many characters of the line are before it.
        package let skipped: Int
        /// Whether more of the line is behind it.
        package let isCut: Bool
    }

    /// A line, or of a long one what is near a column.
    /// - Parameters:
    ///   - number: the line, from 1.
    ///   - column: the column, from 1.
    ///   - context: how many characters are taken at each side of it at least.
    /// - Returns: the part, with `�` for bytes that are not UTF-8; empty for a line that does not exist.
    package func part(of number: Int, around column: Int, context: Int) -> Part {
        guard number >= 1, number < starts.count else { return Part(text: "", skipped: 0, isCut: false) }
        let line = starts[number - 1]..<starts[number]
        guard line.count > 8 * (context + 1) else { return Part(text: text(line), skipped: 0, isCut: false) }
        let skipped = max(0, min(column, line.count) - 1 - context)
        let start = index(ofCharacter: skipped, in: line)
        let end = index(ofCharacter: 2 * context + 1, in: start..<line.upperBound)
        return Part(text: text(start..<end), skipped: skipped, isCut: end < line.upperBound)
    }

    /// Where a character of a range starts, or the range's end; characters are counted by their first bytes.
    private func index(ofCharacter number: Int, in range: Range<Int>) -> Int {
        let span = bytes.span
        var index = range.lowerBound
        var left = number
        func skip(to end: Int) -> Bool {
            while index < end {
                if span[index] & 0xc0 != 0x80 {
                    if left == 0 { return false }
                    left -= 1
                }
                index += 1
            }
            return true
        }
        let firstChunk = (index + Self.chunk - 1) / Self.chunk
        guard skip(to: min(firstChunk * Self.chunk, range.upperBound)) else { return index }
        for chunk in firstChunk..<max(firstChunk, range.upperBound / Self.chunk) {
            guard characters[chunk] <= left else { break }
            left -= characters[chunk]
            index += Self.chunk
        }
        _ = skip(to: range.upperBound)
        return index
    }

    private func text(_ range: Range<Int>) -> String {
        var scalars = String(decoding: bytes[range], as: UTF8.self).unicodeScalars
        while let last = scalars.last, ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(last) {
            scalars.removeLast()
        }
        return String(scalars)
    }
}
