// SPDX-License-Identifier: Apache-2.0

/// A file's bytes, cut into lines once.
///
/// Lines end as in YAML 1.1: at LF, CR, CR LF, NEL, LINE SEPARATOR and PARAGRAPH SEPARATOR. A UTF-8 byte-order mark at the
/// start belongs to no line.
package struct SourceText: Sendable {
    private let bytes: [UInt8]
    /// Where each line starts, and last the end of the bytes.
    private let starts: [Int]

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
        let end = min(starts[number], start + limitBytes)
        var scalars = String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars
        while let last = scalars.last, ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(last) {
            scalars.removeLast()
        }
        return String(scalars)
    }
}
