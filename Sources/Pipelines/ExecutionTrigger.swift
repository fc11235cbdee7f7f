// SPDX-License-Identifier: Apache-2.0

/// Why an execution was started.
package struct ExecutionTrigger: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case createPipeline = "CreatePipeline"
        case startPipelineExecution = "StartPipelineExecution"
        case pollForSourceChanges = "PollForSourceChanges"
        case webhook = "Webhook"
        case cloudWatchEvent = "CloudWatchEvent"
        case putActionRevision = "PutActionRevision"
        case webhookV2 = "WebhookV2"
        case manualRollback = "ManualRollback"
        case automatedRollback = "AutomatedRollback"
    }

    package var kind: Kind
    /// Who or what: a user, a rule's ARN, what was pushed.
    package var detail: String

    package init(_ kind: Kind, detail: String = "") {
        self.kind = kind
        self.detail = detail
    }
}
