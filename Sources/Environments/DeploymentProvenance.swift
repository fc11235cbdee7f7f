// SPDX-License-Identifier: Apache-2.0

/// Where a deployment comes from.
package struct DeploymentProvenance: Sendable, Hashable, Codable {
    package var pipeline: String?
    /// What people call the execution, PIPELINE/NUMBER.
    package var execution: String?
    /// The execution's UUID.
    package var executionID: String?
    package var stage: String?
    package var action: String?
    /// The action execution's UUID.
    package var actionID: String?
    /// SHA-256 of the bundle.
    package var artifactDigest: String?
    /// The person, where it was one.
    package var person: String?

    package init() {}

    /// What a person does by hand.
    package static func by(_ person: String) -> DeploymentProvenance {
        var result = DeploymentProvenance()
        result.person = person
        return result
    }
}
