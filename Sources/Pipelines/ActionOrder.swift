// SPDX-License-Identifier: Apache-2.0

/// An effect of the machine: run this action or rule, once, however often it is asked for by this id.
package struct ActionOrder: Sendable, Hashable, Codable {
    /// AWS's `actionExecutionId` (or the rule's), a UUID.
    package var id: String
    package var pipeline: String
    /// The version of the definition that the execution runs with.
    package var version: Int
    package var execution: String
    /// What people call the execution: PIPELINE/NUMBER.
    package var executionNumber: Int64
    package var stage: String
    /// The action's or rule's name.
    package var name: String
    package var type: ActionTypeID
    /// With all `#{…}` resolved, as are `commands` and `environmentVariables`.
    package var configuration: [String: String]
    package var commands: [String]
    package var environmentVariables: [ActionDeclaration.Environment]
    package var outputVariables: [String]
    /// In the order of the declaration; what is missing has been found missing before.
    package var inputs: [ArtifactReference]
    package var outputs: [OutputOrder]
    /// Of a source action: what the execution is pinned to; nil: the present head, found when it runs.
    package var revision: SourceRevision?
    /// Milliseconds since 1970; nil: never.
    package var deadline: Int64?

    /// An artifact to be made.
    package struct OutputOrder: Sendable, Hashable, Codable {
        package var name: String
        package var files: [String]
        /// The object key that it is to have.
        package var key: String

        package init(name: String, files: [String], key: String) {
            self.name = name
            self.files = files
            self.key = key
        }
    }
}
