// SPDX-License-Identifier: Apache-2.0

/// One rule of a condition.
package struct RuleDeclaration: Sendable, Hashable {
    package var name: String
    /// Such as `VariableCheck`, `Commands`, `DeploymentWindow`, `CodeBuild`.
    package var provider: String
    package var configuration: [String: String]
    package var commands: [String]
    package var inputArtifacts: [String]
    package var timeoutInMinutes: Int?

    package init(name: String, provider: String, configuration: [String: String] = [:]) {
        self.name = name
        self.provider = provider
        self.configuration = configuration
        commands = []
        inputArtifacts = []
    }
}
