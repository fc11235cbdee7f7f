// SPDX-License-Identifier: Apache-2.0

import Builds
import Secrets

/// A secret as Secrets Manager's API shows it in `ListSecrets`.
struct SecretView: Encodable {
    private let arn: String
    private let name: String
    private let description: String?
    private let createdDate: Timestamp
    private let lastChangedDate: Timestamp
    private let versionsToStages: [String: [String]]

    private enum CodingKeys: String, CodingKey {
        case arn = "ARN"
        case name = "Name"
        case description = "Description"
        case createdDate = "CreatedDate"
        case lastChangedDate = "LastChangedDate"
        case versionsToStages = "SecretVersionsToStages"
    }

    /// The answer of `ListSecrets`.
    struct List: Encodable {
        private let secrets: [SecretView]

        init(_ secrets: [Secret]) {
            self.secrets = secrets.map { SecretView($0) }
        }

        private enum CodingKeys: String, CodingKey {
            case secrets = "SecretList"
        }
    }

    /// The answer of `GetSecretValue`, and without the text that of `PutSecretValue`.
    struct Value: Encodable {
        private let arn: String
        private let name: String
        private let versionID: String
        private let stages: [String]
        private let text: String?
        private let createdDate: Timestamp?

        init(_ secret: SecretText, text: String) {
            arn = secret.arn
            name = secret.name
            versionID = secret.version.id
            stages = secret.version.stages
            self.text = text
            createdDate = Timestamp(milliseconds: secret.version.createdAt)
        }

        init(_ secret: Secret, _ version: Secret.Version) {
            arn = secret.arn
            name = secret.name
            versionID = version.id
            stages = version.stages
            text = nil
            createdDate = nil
        }

        private enum CodingKeys: String, CodingKey {
            case arn = "ARN"
            case name = "Name"
            case versionID = "VersionId"
            case stages = "VersionStages"
            case text = "SecretString"
            case createdDate = "CreatedDate"
        }
    }

    /// The answer of `DeleteSecret`.
    struct Deleted: Encodable {
        private let arn: String
        private let name: String
        private let deletionDate: Timestamp

        init(_ secret: Secret, at now: Timestamp) {
            arn = secret.arn
            name = secret.name
            deletionDate = now
        }

        private enum CodingKeys: String, CodingKey {
            case arn = "ARN"
            case name = "Name"
            case deletionDate = "DeletionDate"
        }
    }

    private init(_ secret: Secret) {
        arn = secret.arn
        name = secret.name
        description = secret.description
        createdDate = Timestamp(milliseconds: secret.createdAt)
        lastChangedDate = Timestamp(milliseconds: secret.changedAt)
        versionsToStages = Dictionary(
            secret.versions.filter { !$0.stages.isEmpty }.map { ($0.id, $0.stages) },
            uniquingKeysWith: { $1 }
        )
    }
}
