// SPDX-License-Identifier: Apache-2.0

/// A text with `*` for any characters, none included; `\*` and `\\` are the characters themselves.
struct WildcardPattern: Sendable, Hashable {
    /// The texts between the stars; one more than there are stars.
    private let parts: [[UInt8]]

    /// Reads a pattern.
    init(_ text: String) throws(EventError) {
        var parts: [[UInt8]] = [[]]
        var isEscaped = false
        var wasStar = false
        for (position, byte) in text.utf8.enumerated() {
            if isEscaped {
                guard byte == UInt8(ascii: "*") || byte == UInt8(ascii: "\\") else {
                    throw EventError.pattern("Invalid escape character at pos \(position)")
                }
                parts[parts.count - 1].append(byte)
                isEscaped = false
                wasStar = false
            } else if byte == UInt8(ascii: "*") {
                if wasStar { throw EventError.pattern("Consecutive wildcard characters at pos \(position - 1)") }
                parts.append([])
                wasStar = true
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                parts[parts.count - 1].append(byte)
                wasStar = false
            }
        }
        if isEscaped { throw EventError.pattern("Invalid escape character at pos \(text.utf8.count - 1)") }
        self.parts = parts
    }

    /// Whether a whole text matches; the first place for each part is as good as any.
    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let first = parts[0]
        guard parts.count > 1 else { return bytes == first }
        let last = parts[parts.count - 1]
        guard bytes.count >= first.count + last.count, bytes.starts(with: first),
            bytes.suffix(last.count).elementsEqual(last)
        else { return false }
        var rest = bytes[first.count..<(bytes.count - last.count)]
        for part in parts.dropFirst().dropLast() {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
