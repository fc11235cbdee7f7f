// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What a pipeline is to do: the tree of `get-pipeline`, with AWS's names.
///
/// Its JSON form is AWS's own, members that are not there left out (`PipelineDefinition+Codable.swift`).
package struct PipelineDefinition: Sendable, Hashable {
    package var name: String
    /// Counts up with each update, from 1.
    package var version: Int
    package var executionMode: ExecutionMode
    /// `V1` or `V2`, as given; it changes nothing here.
    package var pipelineType: String?
    package var variables: [VariableDeclaration]
    package var triggers: [TriggerDeclaration]
    package var stages: [StageDeclaration]
    /// Members that have no effect here and are given back as they came: `roleArn`, `artifactStore`, `artifactStores`.
    package var unused: [String: JSONValue]

    package init(name: String, stages: [StageDeclaration]) {
        self.name = name
        self.stages = stages
        version = 1
        executionMode = .superseded
        variables = []
        triggers = []
        unused = [:]
    }

    /// The stage of a name.
    package func stage(_ name: String) -> StageDeclaration? { stages.first { $0.name == name } }

    /// The actions of the first stage, which are the only sources.
    package var sourceActions: [ActionDeclaration] { stages.first?.actions ?? [] }
}
