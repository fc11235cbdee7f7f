// SPDX-License-Identifier: Apache-2.0

/// Files that are to be applied, and how.
package struct DefinitionOrder: Sendable, Hashable, Codable {
    package var files: [DefinitionFile]
    /// Values for templates' parameters.
    package var parameters: [String: String]
    /// What the resources belong to; nil: each file's name without folders and endings.
    package var stack: String?
    /// Whether nothing is to be changed.
    package var isDryRun: Bool
    /// Whether rules, projects and pipelines that the stack no longer declares are removed.
    package var prunes: Bool

    package init(
        files: [DefinitionFile],
        parameters: [String: String] = [:],
        stack: String? = nil,
        isDryRun: Bool = false,
        prunes: Bool = false
    ) {
        self.files = files
        self.parameters = parameters
        self.stack = stack
        self.isDryRun = isDryRun
        self.prunes = prunes
    }
}
