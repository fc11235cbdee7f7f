// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// The block `env`; in version 0.1 `environment_variables`.
package struct BuildEnvironment: Sendable, Hashable {
    /// The shell for every command, as written; nil for `sh`.
    package var shell: Located<String>?
    /// `variables` in file order, each name once; in version 0.1 `plaintext`.
    package var variables: [EnvironmentVariable] = []
    /// `parameter-store`: the values are names of parameters.
    package var parameterStore: [EnvironmentVariable] = []
    /// `secrets-manager`.
    package var secretsManager: [SecretReference] = []
    /// The names whose final values the build hands on.
    package var exportedVariables: [Located<String>] = []
    /// Whether CodeBuild's git credential helper is asked for.
    package var gitCredentialHelper: Located<Bool>?

    package init() {}
}
