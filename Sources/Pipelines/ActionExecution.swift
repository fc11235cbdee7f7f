// SPDX-License-Identifier: Apache-2.0

/// One attempt of an action.
package struct ActionExecution: Sendable, Hashable, Codable {
    /// AWS's `actionExecutionId`, a UUID.
    package var id: String
    package var name: String
    package var type: ActionTypeID
    package var status: ActionStatus
    package var startedAt: Int64
    package var updatedAt: Int64
    /// Who changed it last: a user, or empty for the machine.
    package var updatedBy: String?
    package var configuration: [String: String]
    package var resolvedConfiguration: [String: String]
    package var inputs: [ArtifactReference]
    package var namespace: String?
    /// Of an approval that waits.
    package var token: String?
    /// When it fails by itself; nil: never.
    package var deadline: Int64?
    package var output: ActionOutput
    package var failure: ActionFailure?
    /// Of an approval: what was said, and by whom.
    package var approval: ApprovalRecord?
    /// Whether it was asked to end before its time.
    package var isCancelled: Bool
}
