// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// The JSON of `get-pipeline`: members that are not there are left out.
extension PipelineDefinition: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, version, executionMode, pipelineType, variables, triggers, stages
        case roleArn, artifactStore, artifactStores
    }

    private static let unusedKeys: [CodingKeys] = [.roleArn, .artifactStore, .artifactStores]

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            stages: try values.decode([StageDeclaration].self, forKey: .stages)
        )
        version = try values.decodeIfPresent(Int.self, forKey: .version) ?? 1
        executionMode = try values.decodeIfPresent(ExecutionMode.self, forKey: .executionMode) ?? .superseded
        pipelineType = try values.decodeIfPresent(String.self, forKey: .pipelineType)
        variables = try values.decodeIfPresent([VariableDeclaration].self, forKey: .variables) ?? []
        triggers = try values.decodeIfPresent([TriggerDeclaration].self, forKey: .triggers) ?? []
        for key in Self.unusedKeys {
            unused[key.rawValue] = try values.decodeIfPresent(JSONValue.self, forKey: key)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(version, forKey: .version)
        try values.encode(executionMode, forKey: .executionMode)
        try values.encodeIfPresent(pipelineType, forKey: .pipelineType)
        if !variables.isEmpty { try values.encode(variables, forKey: .variables) }
        if !triggers.isEmpty { try values.encode(triggers, forKey: .triggers) }
        try values.encode(stages, forKey: .stages)
        for key in Self.unusedKeys { try values.encodeIfPresent(unused[key.rawValue], forKey: key) }
    }
}
