// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// An action as in the JSON of `get-pipeline`.
extension ActionDeclaration: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, actionTypeId, runOrder, configuration, commands, inputArtifacts, outputArtifacts, outputVariables
        case environmentVariables, namespace, timeoutInMinutes, region, roleArn
    }

    private static let unusedKeys: [CodingKeys] = [.region, .roleArn]

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            type: try values.decode(ActionTypeID.self, forKey: .actionTypeId)
        )
        runOrder = try values.decodeIfPresent(Int.self, forKey: .runOrder) ?? 1
        configuration = try values.decodeIfPresent([String: String].self, forKey: .configuration) ?? [:]
        commands = try values.decodeIfPresent([String].self, forKey: .commands) ?? []
        inputArtifacts = try values.decodeIfPresent([NamedArtifact].self, forKey: .inputArtifacts)?.map(\.name) ?? []
        outputArtifacts = try values.decodeIfPresent([Output].self, forKey: .outputArtifacts) ?? []
        outputVariables = try values.decodeIfPresent([String].self, forKey: .outputVariables) ?? []
        environmentVariables = try values.decodeIfPresent([Environment].self, forKey: .environmentVariables) ?? []
        namespace = try values.decodeIfPresent(String.self, forKey: .namespace)
        timeoutInMinutes = try values.decodeIfPresent(Int.self, forKey: .timeoutInMinutes)
        for key in Self.unusedKeys {
            unused[key.rawValue] = try values.decodeIfPresent(JSONValue.self, forKey: key)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(type, forKey: .actionTypeId)
        try values.encode(runOrder, forKey: .runOrder)
        // AWS always gives these three.
        try values.encode(configuration, forKey: .configuration)
        try values.encode(inputArtifacts.map(NamedArtifact.init), forKey: .inputArtifacts)
        try values.encode(outputArtifacts, forKey: .outputArtifacts)
        if !commands.isEmpty { try values.encode(commands, forKey: .commands) }
        if !outputVariables.isEmpty { try values.encode(outputVariables, forKey: .outputVariables) }
        if !environmentVariables.isEmpty { try values.encode(environmentVariables, forKey: .environmentVariables) }
        try values.encodeIfPresent(namespace, forKey: .namespace)
        try values.encodeIfPresent(timeoutInMinutes, forKey: .timeoutInMinutes)
        for key in Self.unusedKeys { try values.encodeIfPresent(unused[key.rawValue], forKey: key) }
    }
}

extension ActionDeclaration.Output: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, files
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            files: try values.decodeIfPresent([String].self, forKey: .files) ?? []
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        if !files.isEmpty { try values.encode(files, forKey: .files) }
    }
}
