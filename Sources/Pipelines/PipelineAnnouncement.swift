// SPDX-License-Identifier: Apache-2.0

/// A state change, as AWS's events tell it: to notifications, and to rules that start other pipelines.
package struct PipelineAnnouncement: Sendable, Hashable, Codable {
    package enum Subject: String, Sendable, Hashable, Codable {
        case execution = "CodePipeline Pipeline Execution State Change"
        case stage = "CodePipeline Stage Execution State Change"
        case action = "CodePipeline Action Execution State Change"
        /// Of our own: an approval waits for a person.
        case approvalNeeded = "CodePipeline Manual Approval Needed"
    }

    package var subject: Subject
    package var pipeline: String
    package var execution: String
    package var executionNumber: Int64
    package var version: Int
    /// Upper case, as in events: STARTED, SUCCEEDED, FAILED, CANCELED, RESUMED, SUPERSEDED, STOPPING, STOPPED, ABANDONED.
    package var state: String
    package var stage: String?
    package var action: String?
    package var actionID: String?
    /// A failure's message, a stop's reason, an approval's data.
    package var text: String?
    package var at: Int64

    package init(
        _ subject: Subject,
        of execution: PipelineExecution,
        state: String,
        stage: String? = nil,
        action: String? = nil,
        actionID: String? = nil,
        text: String? = nil,
        at: Int64
    ) {
        self.subject = subject
        pipeline = execution.pipeline
        self.execution = execution.id
        executionNumber = execution.number
        version = execution.version
        self.state = state
        self.stage = stage
        self.action = action
        self.actionID = actionID
        self.text = text
        self.at = at
    }
}
