// SPDX-License-Identifier: Apache-2.0

import Builds
import Secrets

/// A parameter as SSM's API shows it, in `GetParameter`, `GetParameterHistory` and `DescribeParameters`.
struct ParameterView: Encodable {
    private let name: String
    private let type: String
    private let value: String?
    private let version: Int64
    private let lastModifiedDate: Timestamp
    private let lastModifiedUser: String?
    private let arn: String
    private let dataType: String
    private let description: String?
    private let tier: String?

    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case type = "Type"
        case value = "Value"
        case version = "Version"
        case lastModifiedDate = "LastModifiedDate"
        case lastModifiedUser = "LastModifiedUser"
        case arn = "ARN"
        case dataType = "DataType"
        case description = "Description"
        case tier = "Tier"
    }

    /// The answer of `GetParameter`.
    struct One: Encodable {
        private let parameter: ParameterView

        init(_ parameter: Parameter) {
            self.parameter = ParameterView(parameter.facts, value: parameter.value, isDetailed: false)
        }

        private enum CodingKeys: String, CodingKey {
            case parameter = "Parameter"
        }
    }

    /// The answer of `GetParameterHistory` or `DescribeParameters`.
    struct Several: Encodable {
        private let parameters: [ParameterView]

        init(_ history: [Parameter]) {
            parameters = history.map { ParameterView($0.facts, value: $0.value, isDetailed: true) }
        }

        init(_ list: [ParameterVersion]) {
            parameters = list.map { ParameterView($0, value: nil, isDetailed: true) }
        }

        private enum CodingKeys: String, CodingKey {
            case parameters = "Parameters"
        }
    }

    /// The answer of `PutParameter`.
    struct Put: Encodable {
        private let version: Int64
        private let tier: String

        init(_ facts: ParameterVersion) {
            version = facts.version
            tier = facts.tier
        }

        private enum CodingKeys: String, CodingKey {
            case version = "Version"
            case tier = "Tier"
        }
    }

    private init(_ facts: ParameterVersion, value: String?, isDetailed: Bool) {
        name = facts.name
        type = facts.type.rawValue
        self.value = value
        version = facts.version
        lastModifiedDate = Timestamp(milliseconds: facts.modifiedAt)
        lastModifiedUser = isDetailed ? facts.modifiedBy : nil
        arn = facts.arn
        dataType = facts.dataType
        description = isDetailed ? facts.description : nil
        tier = isDetailed ? facts.tier : nil
    }
}
