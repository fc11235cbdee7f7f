// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// A stage as in the JSON of `get-pipeline`.
extension StageDeclaration: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, actions, beforeEntry, onSuccess, onFailure, blockers
    }

    /// AWS's list of exactly one condition.
    private struct Conditions: Codable {
        var conditions: [ConditionDeclaration]
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            actions: try values.decode([ActionDeclaration].self, forKey: .actions)
        )
        beforeEntry = try values.decodeIfPresent(Conditions.self, forKey: .beforeEntry)?.conditions.first
        onSuccess = try values.decodeIfPresent(Conditions.self, forKey: .onSuccess)?.conditions.first
        onFailure = try values.decodeIfPresent(FailureConditions.self, forKey: .onFailure)
        blockers = try values.decodeIfPresent(JSONValue.self, forKey: .blockers)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(actions, forKey: .actions)
        try values.encodeIfPresent(beforeEntry.map { Conditions(conditions: [$0]) }, forKey: .beforeEntry)
        try values.encodeIfPresent(onSuccess.map { Conditions(conditions: [$0]) }, forKey: .onSuccess)
        try values.encodeIfPresent(onFailure, forKey: .onFailure)
        try values.encodeIfPresent(blockers, forKey: .blockers)
    }
}
