// SPDX-License-Identifier: Apache-2.0

/// What is known of a repository when it is added.
package struct RepositoryDraft: Sendable, Hashable {
    /// Unique among the repositories.
    package var name: String
    /// The absolute path of the git directory; unique among the repositories.
    package var path: String
    /// Whether it lies in Nacre's home and is Nacre's to delete.
    package var isHosted: Bool
    /// Whether Nacre's hooks are in place.
    package var isHooked: Bool
    /// The globs of the branches to watch.
    package var branches: [String]

    package init(name: String, path: String, isHosted: Bool, isHooked: Bool, branches: [String]) {
        self.name = name
        self.path = path
        self.isHosted = isHosted
        self.isHooked = isHooked
        self.branches = branches
    }
}
