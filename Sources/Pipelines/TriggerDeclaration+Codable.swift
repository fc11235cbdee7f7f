// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// A trigger as in the JSON of `get-pipeline`.
extension TriggerDeclaration: Codable {
    private enum CodingKeys: String, CodingKey {
        case providerType, gitConfiguration
    }

    private enum GitKeys: String, CodingKey {
        case sourceActionName, push, pullRequest
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let git = try values.nestedContainer(keyedBy: GitKeys.self, forKey: .gitConfiguration)
        self.init(
            sourceActionName: try git.decode(String.self, forKey: .sourceActionName),
            push: try git.decodeIfPresent([Push].self, forKey: .push) ?? [],
            providerType: try values.decode(String.self, forKey: .providerType)
        )
        pullRequest = try git.decodeIfPresent(JSONValue.self, forKey: .pullRequest)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(providerType, forKey: .providerType)
        var git = values.nestedContainer(keyedBy: GitKeys.self, forKey: .gitConfiguration)
        try git.encode(sourceActionName, forKey: .sourceActionName)
        if !push.isEmpty { try git.encode(push, forKey: .push) }
        try git.encodeIfPresent(pullRequest, forKey: .pullRequest)
    }
}
