// SPDX-License-Identifier: Apache-2.0

/// What is to be put on record: who did what to what.
package struct AuditEntry: Sendable, Hashable {
    /// Longer texts are cut, so that nobody can fill the log with one request.
    private static let longestText = 2000

    package let who: AuditActor
    /// A word for what was done, such as `repository.create`.
    package let action: String
    /// What it was done to: a name as people write it; empty where there is none.
    package let subject: String
    /// More about it, never a secret.
    package let details: [String: String]

    package init(
        _ who: AuditActor,
        _ action: String,
        _ subject: String = "",
        _ details: [String: String] = [:]
    ) {
        self.who = who
        self.action = action
        self.subject = Self.cut(subject)
        self.details = details.mapValues(Self.cut)
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= longestText ? text : String(text.prefix(longestText / 4)) + "…"
    }
}
