// SPDX-License-Identifier: Apache-2.0

package import Buildspecs
internal import Diagnostics

/// A variable of a build whose value is in a store.
package struct StoreReference: Sendable, Hashable {
    /// What it refers to.
    package enum Target: Sendable, Hashable {
        /// A parameter: its name, or with a version.
        case parameter(String)
        /// A secret, or a part of it.
        case secret(SecretReference)
        /// A text that names no secret.
        case malformedSecret(String)
    }

    /// The variable's name.
    package let variable: String
    package let target: Target

    /// A variable that was given from outside the buildspec; nil for `PLAINTEXT`, and any type but `PARAMETER_STORE` and
    /// `SECRETS_MANAGER`.
    ///
    /// - Parameters:
    ///   - variable: its name.
    ///   - reference: written as in a buildspec's block.
    ///   - type: CodeBuild's `EnvironmentVariableType`.
    package init?(variable: String, reference: String, type: String) {
        self.variable = variable
        switch type {
        case "PARAMETER_STORE": target = .parameter(reference)
        case "SECRETS_MANAGER":
            let nowhere = SourceLocation(file: "", line: 1, column: 1)
            target =
                SecretReference(name: variable, reference: reference, location: nowhere).map(Target.secret)
                ?? .malformedSecret(reference)
        default: return nil
        }
    }

    private init(variable: String, target: Target) {
        self.variable = variable
        self.target = target
    }

    /// The variables of a buildspec that come from a store; of a name in both blocks, that of `secrets-manager`.
    package static func all(in environment: BuildEnvironment) -> [StoreReference] {
        let fromSecrets = Set(environment.secretsManager.map(\.name))
        let parameters = environment.parameterStore.filter { !fromSecrets.contains($0.name) }
        return parameters.map { StoreReference(variable: $0.name, target: .parameter($0.value)) }
            + environment.secretsManager.map { StoreReference(variable: $0.name, target: .secret($0)) }
    }
}
