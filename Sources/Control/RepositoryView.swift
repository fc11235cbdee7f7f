// SPDX-License-Identifier: Apache-2.0

package import Builds

/// A watched repository, as `nacre repo list` shows it.
package struct RepositoryView: Sendable, Hashable, Codable {
    package var name: String
    /// Absolute path of the bare repository.
    package var path: String
    /// Globs of the branches whose pushes are built.
    package var branches: [String]
    /// Whether Nacre's hook is in place.
    package var hooks: Bool
    /// Whether it lies in Nacre's home.
    package var hosted: Bool
    /// What is wrong with it; nil when it is good.
    package var problem: String?

    /// How its builds run.
    package var settings: ProjectSettings

    package init(
        name: String,
        path: String,
        branches: [String],
        hooks: Bool,
        hosted: Bool,
        problem: String?,
        settings: ProjectSettings
    ) {
        self.name = name
        self.path = path
        self.branches = branches
        self.hooks = hooks
        self.hosted = hosted
        self.problem = problem
        self.settings = settings
    }
}
