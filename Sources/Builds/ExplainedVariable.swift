// SPDX-License-Identifier: Apache-2.0

package import Buildspecs
package import Diagnostics

/// A variable of a build with where it comes from.
package struct ExplainedVariable: Sendable, Hashable {
    /// Who says it.
    package enum Origin: Sendable, Hashable {
        /// The machine, or the image.
        case machine
        /// `env.variables`.
        case buildspec(SourceLocation)
        /// `env.parameter-store`, with the parameter's name.
        case parameter(String, SourceLocation)
        /// `env.secrets-manager`, with the secret's name.
        case secret(String, SourceLocation)
        /// Nacre, in the place of CodeBuild's agent.
        case agent
        /// Whoever starts the build; `PLAINTEXT`, `PARAMETER_STORE` or `SECRETS_MANAGER`.
        case override(type: String)
    }

    package let name: String
    /// Nil for a parameter or secret that is not at hand.
    package let value: String?
    package let origin: Origin

    /// The variables that the first command of a build would see, by name, each with those that it replaces, latest first.
    package static func all(
        _ request: BuildRequest,
        _ environment: BuildEnvironment
    ) -> [(variable: ExplainedVariable, replaced: [ExplainedVariable])] {
        let layers = CommandEnvironment.layers(
            request,
            environment,
            secrets: SecretValues(),
            scriptDirectory: ShellState.directory(of: request.id, BuildFolder(path: "/"))
        )
        return Dictionary(grouping: layers, by: \.name).values.compactMap { same in
            same.last.map { ($0, same.dropLast().reversed()) }
        }.sorted { $0.variable.name < $1.variable.name }
    }
}
