// SPDX-License-Identifier: Apache-2.0

/// What an action has delivered; a failed one may have delivered a part.
package struct ActionOutput: Sendable, Hashable, Codable {
    package var artifacts: [ArtifactReference]
    package var variables: [String: String]
    /// AWS's `externalExecutionId`: a commit, a build's id, a deployment.
    package var externalID: String?
    package var externalURL: String?
    package var summary: String?
    /// Of a source action.
    package var revision: SourceRevision?

    package init() {
        artifacts = []
        variables = [:]
    }
}
