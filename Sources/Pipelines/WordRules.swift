// SPDX-License-Identifier: Apache-2.0

/// Which characters AWS allows in a kind of name, and how many.
struct WordRules: Sendable {
    /// What is allowed beside letters and digits of ASCII.
    let others: String
    let limit: Int

    /// Names of pipelines, stages, actions and rules.
    static let name = WordRules(others: ".@-_", limit: 100)
    static let artifact = WordRules(others: "_-", limit: 100)
    static let namespace = WordRules(others: "@-_", limit: 100)
    static let variable = WordRules(others: "@-_", limit: 128)

    /// What is wrong with a text, half a sentence such as `is empty`; nil for nothing.
    func complaint(_ text: String) -> String? {
        if text.isEmpty { return "is empty" }
        let count = text.unicodeScalars.count
        if count > limit { return "has \(count) characters; at most \(limit) are allowed" }
        guard let bad = text.unicodeScalars.first(where: { !isAllowed($0) }) else { return nil }
        let shown = bad == " " ? "a space" : "`\(bad)`"
        return
            "holds \(shown); only letters, digits and \(others.map { "`\($0)`" }.joined(separator: ", ")) are allowed"
    }

    private func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: others.unicodeScalars.contains(scalar)
        }
    }
}
