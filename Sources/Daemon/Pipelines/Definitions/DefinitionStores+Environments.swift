// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Templates

/// The environments that templates declare.
extension DefinitionStores {
    /// What is compared of each environment.
    func environmentFacts() throws(ControlFailure) -> [String: DefinitionPresent.EnvironmentFacts] {
        [:]
    }

    func putEnvironment(_ declaration: EnvironmentDeclaration, by person: String) throws(ControlFailure) {
        throw ControlFailure(.fault, "environments are not served yet")
    }
}
