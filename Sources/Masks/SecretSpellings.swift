// SPDX-License-Identifier: Apache-2.0

/// The texts in which a secret value may show in a log.
///
/// All are made of the value without the white space around it, and none is shorter than `SecretMask.shortestValue`:
/// - the value, with both kinds of line ends;
/// - each line of it without the white space around it, but for those without a letter or digit (the brackets of a JSON
///   text) and common words;
/// - the value with its backslash escapes carried out, and its lines;
/// - base64: `Base64Spellings`; URLs: `URLSpellings`; JSON: `JSONSpellings`; shells: `ShellSpellings`.
struct SecretSpellings {
    /// A value with more bytes than this is spelled in the plainest way of each kind alone: its tables are large as it is.
    static let manyWays = 8192

    /// Every spelling, some of them more than once.
    let all: [[UInt8]]

    /// Spells a value that has been trimmed.
    init(of value: [UInt8]) {
        var all = [value]
        let lines = Self.lines(of: value)
        var values = [value]
        if lines.count > 1 {
            let unix = Self.joined(lines, by: [UInt8(ascii: "\n")])
            if unix != value { values.append(unix) }
            all += values
            // What a terminal makes of it.
            all.append(Self.joined(lines, by: Array("\r\n".utf8)))
            all += lines.map { Array(Self.trimmed($0)) }.filter(Self.isTelling)
        }
        // What `echo` of dash and `printf %b` make of a value with backslashes, such as a key in a JSON text.
        if let expanded = ShellSpellings.expanded(value) {
            all.append(Array(Self.trimmed(expanded[...])))
            all += Self.lines(of: expanded).map { Array(Self.trimmed($0)) }.filter(Self.isTelling)
        }
        for value in values {
            let inAllWays = value.count <= Self.manyWays
            all += Base64Spellings.all(of: value)
            all += URLSpellings.all(of: value, inAllWays: inAllWays)
            all += JSONSpellings.all(of: value, inAllWays: inAllWays)
            all += ShellSpellings.all(of: value, inAllWays: inAllWays)
        }
        self.all = all.filter { $0.count >= SecretMask.shortestValue }
    }

    /// The bytes without the white space around them.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return bytes[first...last]
    }

    /// Whether a value is a word that hiding would not help.
    static func isCommon(_ value: some Collection<UInt8>) -> Bool {
        value.count <= 16 && SecretMask.commonValues.contains(String(decoding: value, as: UTF8.self).lowercased())
    }

    /// Whether a line of a value is worth hiding.
    private static func isTelling(_ line: [UInt8]) -> Bool {
        line.contains { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || isLetter($0) || $0 >= 0x80 } && !isCommon(line)
    }

    /// The lines without their ends, which may be of either kind.
    private static func lines(of value: [UInt8]) -> [ArraySlice<UInt8>] {
        value.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
    }

    private static func joined(_ lines: [ArraySlice<UInt8>], by separator: [UInt8]) -> [UInt8] {
        Array(lines.joined(separator: separator))
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
