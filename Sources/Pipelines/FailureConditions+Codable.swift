// SPDX-License-Identifier: Apache-2.0

/// `onFailure` as in the JSON of `get-pipeline`.
extension FailureConditions: Codable {
    private enum CodingKeys: String, CodingKey {
        case result, retryConfiguration, conditions
    }

    private struct RetryConfiguration: Codable {
        var retryMode: RetryMode?
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            result: try values.decodeIfPresent(ConditionResult.self, forKey: .result),
            retryMode: try values.decodeIfPresent(RetryConfiguration.self, forKey: .retryConfiguration)?.retryMode,
            condition: try values.decodeIfPresent([ConditionDeclaration].self, forKey: .conditions)?.first
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(result, forKey: .result)
        try values.encodeIfPresent(
            retryMode.map { RetryConfiguration(retryMode: $0) },
            forKey: .retryConfiguration
        )
        try values.encodeIfPresent(condition.map { [$0] }, forKey: .conditions)
    }
}
