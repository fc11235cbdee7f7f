// SPDX-License-Identifier: Apache-2.0

/// A list of texts in one column, as a JSON array of strings: readable with any tool, and push options may hold any byte.
enum TextList {
    /// Writes `["a","b"]`; only what JSON requires is escaped.
    static func encode(_ list: [String]) -> String {
        var result = "["
        for (offset, text) in list.enumerated() {
            if offset > 0 { result += "," }
            result += "\""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\"": result += "\\\""
                case "\\": result += "\\\\"
                case "\n": result += "\\n"
                case "\u{0}"..<" ":
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                default: result.unicodeScalars.append(scalar)
                }
            }
            result += "\""
        }
        return result + "]"
    }

    /// Reads what `encode` writes; nil for any other text.
    static func decode(_ json: String) -> [String]? {
        var result: [String] = []
        var rest = json.unicodeScalars[...]
        guard rest.popFirst() == "[" else { return nil }
        if rest.first == "]" { return rest.count == 1 ? [] : nil }
        while true {
            guard rest.popFirst() == "\"", let text = decodeText(&rest) else { return nil }
            result.append(text)
            switch rest.popFirst() {
            case ",": continue
            case "]": return rest.isEmpty ? result : nil
            default: return nil
            }
        }
    }

    /// Reads up to and with the closing quote.
    private static func decodeText(_ rest: inout Substring.UnicodeScalarView) -> String? {
        var result = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return String(result)
            case "\\":
                switch rest.popFirst() {
                case "\"": result.append("\"")
                case "\\": result.append("\\")
                case "n": result.append("\n")
                case "u":
                    let digits = String(rest.prefix(4))
                    guard digits.utf8.count == 4, let value = UInt32(digits, radix: 16),
                        let scalar = Unicode.Scalar(value)
                    else { return nil }
                    rest.removeFirst(4)
                    result.append(scalar)
                default: return nil
                }
            default: result.append(scalar)
            }
        }
        return nil
    }
}
