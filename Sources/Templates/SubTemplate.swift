// SPDX-License-Identifier: Apache-2.0

/// The text of Fn::Sub, taken apart.
enum SubTemplate {
    enum Part {
        case text(String)
        /// What stands in `${…}`.
        case name(String)
        /// What stands in `${…}` and cannot be a name.
        case bad(String)
    }

    /// The parts of a text; `${!Name}` is the text `${Name}`, and a `${` that is never closed is text.
    static func parts(of text: String) -> [Part] {
        var result: [Part] = []
        var rest = text.utf8[...]
        var literal = rest.startIndex
        func piece(_ range: Range<Substring.UTF8View.Index>) -> String { String(Substring(text.utf8[range])) }
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            let brace = rest.index(after: dollar)
            rest = rest[brace...]
            guard rest.first == UInt8(ascii: "{") else { continue }
            // Nothing that follows is closed either, and is not looked for again and again.
            guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { break }
            let start = rest.index(after: brace)
            if literal < dollar { result.append(.text(piece(literal..<dollar))) }
            let inside = piece(start..<end)
            if inside.hasPrefix("!") {
                result.append(.text("${" + inside.dropFirst() + "}"))
            } else {
                let name = trimmed(inside)
                result.append(isName(name) ? .name(name) : .bad(inside))
            }
            rest = rest[rest.index(after: end)...]
            literal = rest.startIndex
        }
        if literal < text.utf8.endIndex { result.append(.text(piece(literal..<text.utf8.endIndex))) }
        return result
    }

    /// The text without spaces at its ends.
    private static func trimmed(_ text: String) -> String {
        let space = UInt8(ascii: " ")
        guard let first = text.utf8.firstIndex(where: { $0 != space }),
            let last = text.utf8.lastIndex(where: { $0 != space })
        else { return "" }
        return String(text[first...last])
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
    }
}
