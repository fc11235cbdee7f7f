// SPDX-License-Identifier: Apache-2.0

/// The base64 texts of a value, wherever it stands in what is encoded (RFC 4648 §4, §5).
///
/// Three bytes become four characters, so that there are three texts, as the value begins at the first, second or third of
/// three bytes. The characters that neighbouring bytes have a part in are left out: they tell at most five bits of the
/// value at each end. Where the value ends the text, by itself or with a line break, as `echo` and `printf` make it, its
/// last characters and the padding are known too.
///
/// A value that fills a line by itself (`brokenFrom`) may come in lines of any length that is a multiple of four, as
/// `base64` (76), `openssl` and PEM (64) break them: every 16 characters, from every fourth on, are a spelling of their
/// own. What may show of it is a run of fewer than 16 characters between its beginning or end and the nearest line break.
enum Base64Spellings {
    /// The bytes of the shortest value that fills a line of 64 characters.
    static let brokenFrom = 48
    /// The bytes of the longest one that is looked for in lines; a longer one only unbroken.
    static let brokenTo = 16_384

    private static let piece = 16
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The texts, in both alphabets.
    static func all(of value: [UInt8]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for offset in 0..<3 {
            let (text, start) = encoded(value, offset: offset)
            result.append(text)
            if value.count <= brokenTo { result += endings(of: value, offset: offset) }
            if (brokenFrom...brokenTo).contains(value.count) { result += pieces(of: text, start: start) }
        }
        for text in result where text.contains(UInt8(ascii: "+")) || text.contains(UInt8(ascii: "/")) {
            result.append(
                text.map {
                    $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
                }
            )
        }
        return result
    }

    /// The texts of a value that is the end of what is encoded, or that a line break follows there.
    private static func endings(of value: [UInt8], offset: Int) -> [[UInt8]] {
        [value, value + [UInt8(ascii: "\n")]].compactMap { bytes in
            let bits = (offset + bytes.count) * 8
            // Whole characters are in the text without an ending.
            if bits % 24 == 0, bytes.count == value.count { return nil }
            var (text, start) = encoded(bytes, offset: offset)
            if bits % 6 != 0, let last = bytes.last {
                text.append(standard[Int(last << UInt8(6 - bits % 6)) & 63])
            }
            while (start + text.count) % 4 != 0 { text.append(UInt8(ascii: "=")) }
            return text
        }
    }

    /// Encodes a value after `offset` unknown bytes, and keeps the characters that only the value decides.
    /// - Returns: them, and the number of the first.
    private static func encoded(_ value: [UInt8], offset: Int) -> (text: [UInt8], start: Int) {
        let start = (offset * 8 + 5) / 6
        let end = (offset + value.count) * 8 / 6
        var text: [UInt8] = []
        text.reserveCapacity(max(0, end - start))
        for character in stride(from: start, to: end, by: 1) {
            let bit = character * 6 - offset * 8
            let high = UInt16(value[bit / 8]) << 8
            let low = bit / 8 + 1 < value.count ? UInt16(value[bit / 8 + 1]) : 0
            text.append(standard[Int((high | low) >> UInt16(10 - bit % 8) & 63)])
        }
        return (text, start)
    }

    /// Every 16 characters from every fourth on, and what is left over at both ends with the next 16.
    private static func pieces(of text: [UInt8], start: Int) -> [[UInt8]] {
        let first = (4 - start % 4) % 4
        let starts = Array(stride(from: first, through: text.count - piece, by: 4))
        guard let last = starts.last else { return [] }
        return starts.map { Array(text[$0..<$0 + piece]) } + [Array(text[..<(first + piece)]), Array(text[last...])]
    }
}
