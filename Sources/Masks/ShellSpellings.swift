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

    /// The value with its escapes carried out as by `echo` in POSIX's XSI form; nil when it has none.
    static func expanded(_ value: [UInt8]) -> [UInt8]? {
        guard value.contains(backslash) else { return nil }
        var result: [UInt8] = []
        var rest = value[...]
        while let byte = rest.popFirst() {
            guard byte == backslash, let next = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "a"): result.append(0x07)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "v"): result.append(0x0B)
            case backslash: result.append(backslash)
            case UInt8(ascii: "c"): return result
            case UInt8(ascii: "0"):
                let digits = rest.prefix(3).prefix { (0x30...0x37).contains($0) }
                rest = rest[digits.endIndex...]
                result.append(UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }))
            default: result += [backslash, next]
            }
        }
        return result
    }

    private static let backslash = UInt8(ascii: "\\")
}
