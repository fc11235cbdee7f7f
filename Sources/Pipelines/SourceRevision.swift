// SPDX-License-Identifier: Apache-2.0

/// What a source action was pinned to, or has delivered.
package struct SourceRevision: Sendable, Hashable, Codable {
    /// `COMMIT_ID`, `S3_OBJECT_VERSION_ID`.
    package var type: String
    /// Commit id or object version.
    package var id: String
    /// First line of the commit's message, or what the object says of itself.
    package var summary: String
    package var url: String?
    /// Author as `NAME <MAIL>`; nil where there is none.
    package var author: String?
    /// The full name of the ref that was pushed, where a trigger took another one than the action's branch.
    package var reference: String?

    package init(
        type: String,
        id: String,
        summary: String = "",
        url: String? = nil,
        author: String? = nil,
        reference: String? = nil
    ) {
        self.type = type
        self.id = id
        self.summary = summary
        self.url = url
        self.author = author
        self.reference = reference
    }
}
