// SPDX-License-Identifier: Apache-2.0

/// What is to be put on record: who did what to what.
package struct AuditEntry: Sendable, Hashable {
    // In bytes of UTF-8. What is longer is cut, so that nobody can fill the log with one request.
    private static let longestText = 2000
    private static let longestName = 200
    private static let mostDetails = 100

    package let who: AuditActor
    /// A word for what was done, such as `repository.create`.
    package let action: String
    /// What it was done to: a name as people write it; empty where there is none.
    package let subject: String
    /// More about it, never a secret; where there is too much of it, `…` says how many are left out.
    package let details: [String: String]

    package init(
        _ who: AuditActor,
        _ action: String,
        _ subject: String = "",
        _ details: [String: String] = [:]
    ) {
        self.who = who
        self.action = Self.cut(action, to: Self.longestName)
        self.subject = Self.cut(subject, to: Self.longestText)
        var kept: [String: String] = [:]
        for name in details.keys.sorted().prefix(Self.mostDetails) {
            kept[Self.cut(name, to: Self.longestName)] = details[name].map { Self.cut($0, to: Self.longestText) }
        }
        if details.count > Self.mostDetails { kept["…"] = "\(details.count - Self.mostDetails) more" }
        self.details = kept
    }

    /// A character may have any number of scalars, so that only bytes are a limit.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: limit)
        while end.samePosition(in: text.unicodeScalars) == nil { text.utf8.formIndex(before: &end) }
        return String(text.unicodeScalars[..<end]) + "…"
    }
}
