// SPDX-License-Identifier: Apache-2.0

/// The ways in which a value is written within a JSON string (RFC 8259 §7), without the quotation marks.
enum JSONSpellings {
    private struct Way {
        /// Characters written as `\u00XX` that need not be.
        var escaped = ""
        /// Whether those that have a short escape (`\"`) are written as `\u0022` all the same.
        var hasOnlyLong = false
        var escapesSlash = false
        var isASCII = false
        var isUppercase = false
    }

    private static let ways = [
        // Python.
        Way(isASCII: true),
        // JavaScript, jq, Python with ensure_ascii=False.
        Way(),
        // PHP, with and without JSON_UNESCAPED_UNICODE.
        Way(escapesSlash: true, isASCII: true),
        Way(escapesSlash: true),
        // Java's libraries, in ASCII.
        Way(isASCII: true, isUppercase: true),
        Way(escapesSlash: true, isASCII: true, isUppercase: true),
        // Go; Gson; .NET.
        Way(escaped: "<>&"),
        Way(escaped: "<>&='"),
        Way(escaped: "\"&'+<>`", isASCII: true, isUppercase: true),
        // Everything the long way.
        Way(hasOnlyLong: true, isASCII: true),
        Way(hasOnlyLong: true, isASCII: true, isUppercase: true),
    ]

    private static let short: [UInt32: Character] = [
        0x08: "b", 0x09: "t", 0x0A: "n", 0x0C: "f", 0x0D: "r", 0x22: "\"", 0x5C: "\\",
    ]

    /// The texts, with the hexadecimal digits in both cases.
    static func all(of value: [UInt8], inAllWays: Bool) -> [[UInt8]] {
        // What is not UTF-8 has no place in JSON.
        guard let text = String(validating: value, as: UTF8.self) else { return [] }
        return ways.prefix(inAllWays ? ways.count : 2).map { Array(escaped(text, way: $0).utf8) }
    }

    private static func escaped(_ text: String, way: Way) -> String {
        let long = Set(way.escaped.unicodeScalars)
        var result = ""
        for scalar in text.unicodeScalars {
            if !way.hasOnlyLong, !long.contains(scalar), let letter = short[scalar.value] {
                result += "\\\(letter)"
            } else if !way.hasOnlyLong, way.escapesSlash, scalar == "/" {
                result += "\\/"
            } else if scalar.value < 0x20 || long.contains(scalar) || (way.hasOnlyLong && short[scalar.value] != nil)
                || (way.isASCII && scalar.value >= 0x7F)
            {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: way.isUppercase)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
