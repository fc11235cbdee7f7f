// SPDX-License-Identifier: Apache-2.0

/// The file of a repository that is applied whenever its branch moves, and how that went.
///
/// Instants are milliseconds since 1970, UTC.
package struct DefinitionSource: Sendable, Hashable, Codable {
    package var repository: String
    /// The file's path in the repository.
    package var path: String
    package var branch: String
    /// The commit that was looked at last; nil where the branch has none yet.
    package var commit: String?
    package var lookedAt: Int64?
    /// The last commit whose file was applied; what it says is in force.
    package var appliedCommit: String?
    /// Why the file of `commit` is refused; empty where it was applied.
    package var problems: [String]
    /// True where that was no fault of the file: it is to be looked at again.
    package var isOpen: Bool?

    package init(repository: String, path: String, branch: String) {
        self.repository = repository
        self.path = path
        self.branch = branch
        problems = []
    }
}
