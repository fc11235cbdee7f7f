// SPDX-License-Identifier: Apache-2.0

/// Texts with `$NAME` and `${NAME}` in them, where a buildspec allows variables outside of commands.
package enum VariableText {
    /// Replaces each variable by its value, an unset one by nothing.
    ///
    /// A `$` that begins no name stays.
    package static func expand(_ text: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let isBraced = rest.first == "{"
            let body = isBraced ? rest.dropFirst() : rest
            let name = body.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
            let after = body[name.endIndex...]
            let isName = EnvironmentVariable.isValidName(String(name)) && (!isBraced || after.first == "}")
            if isName {
                result += values[String(name)] ?? ""
                rest = isBraced ? after.dropFirst() : after
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}
