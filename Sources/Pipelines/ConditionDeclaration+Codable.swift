// SPDX-License-Identifier: Apache-2.0

/// A condition as in the JSON of `get-pipeline`.
extension ConditionDeclaration: Codable {
    private enum CodingKeys: String, CodingKey {
        case result, rules
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            result: try values.decodeIfPresent(ConditionResult.self, forKey: .result) ?? .fail,
            rules: try values.decode([RuleDeclaration].self, forKey: .rules)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(result, forKey: .result)
        try values.encode(rules, forKey: .rules)
    }
}
