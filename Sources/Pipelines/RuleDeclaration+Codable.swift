// SPDX-License-Identifier: Apache-2.0

/// A rule as in the JSON of `get-pipeline`.
extension RuleDeclaration: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, ruleTypeId, configuration, commands, inputArtifacts, timeoutInMinutes
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            provider: try values.decode(ActionTypeID.self, forKey: .ruleTypeId).provider,
            configuration: try values.decodeIfPresent([String: String].self, forKey: .configuration) ?? [:]
        )
        commands = try values.decodeIfPresent([String].self, forKey: .commands) ?? []
        inputArtifacts = try values.decodeIfPresent([NamedArtifact].self, forKey: .inputArtifacts)?.map(\.name) ?? []
        timeoutInMinutes = try values.decodeIfPresent(Int.self, forKey: .timeoutInMinutes)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(ActionTypeID(category: "Rule", provider: provider), forKey: .ruleTypeId)
        if !configuration.isEmpty { try values.encode(configuration, forKey: .configuration) }
        if !commands.isEmpty { try values.encode(commands, forKey: .commands) }
        if !inputArtifacts.isEmpty {
            try values.encode(inputArtifacts.map(NamedArtifact.init), forKey: .inputArtifacts)
        }
        try values.encodeIfPresent(timeoutInMinutes, forKey: .timeoutInMinutes)
    }
}
