// SPDX-License-Identifier: Apache-2.0

/// The ways in which shells print a value so that it could be read again, without the quotation marks around it.
enum ShellSpellings {
    /// The texts: `set -x` and `export -p` of bash and dash, `printf %q`.
    static func all(of value: [UInt8], inAllWays: Bool) -> [[UInt8]] {
        let quote = UInt8(ascii: "'")
        // bash and dash.
        var result = [
            replaced(value) { $0 == quote ? Array("'\\''".utf8) : nil },
            replaced(value) { $0 == quote ? Array("'\"'\"'".utf8) : nil },
        ]
        if !inAllWays { return result }
        // Within double quotes, as bash's `export -p` has it.
        result.append(backslashed(value, "$`\"\\"))
        // `printf %q`.
        result.append(backslashed(value, " \t\n'\"\\|&;()<>!{}*[]?^$`,"))
        // `$'…'`, for values with control characters; in the locale C others too.
        result.append(inControlQuotes(value, isASCII: false))
        result.append(inControlQuotes(value, isASCII: true))
        return result
    }

    private static func backslashed(_ value: [UInt8], _ special: String) -> [UInt8] {
        let special = Set(special.utf8)
        return replaced(value) { special.contains($0) ? [UInt8(ascii: "\\"), $0] : nil }
    }

    /// Writes a value as bash does within `$'…'` (Bash manual, "ANSI-C Quoting").
    private static func inControlQuotes(_ value: [UInt8], isASCII: Bool) -> [UInt8] {
        let letters: [UInt8: Character] = [
            0x07: "a", 0x08: "b", 0x09: "t", 0x0A: "n", 0x0B: "v", 0x0C: "f", 0x0D: "r", 0x1B: "E", 0x27: "'",
            0x5C: "\\",
        ]
        return replaced(value) { byte in
            if let letter = letters[byte] { return Array("\\\(letter)".utf8) }
            guard byte < 0x20 || byte == 0x7F || (isASCII && byte >= 0x80) else { return nil }
            let digits = String(byte, radix: 8)
            return Array(("\\" + String(repeating: "0", count: 3 - digits.count) + digits).utf8)
        }
    }

    private static func replaced(_ value: [UInt8], _ replacement: (UInt8) -> [UInt8]?) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(value.count)
        for byte in value {
            if let bytes = replacement(byte) { result += bytes } else { result.append(byte) }
        }
        return result
    }
}
