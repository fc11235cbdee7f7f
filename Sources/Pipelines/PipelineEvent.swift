// SPDX-License-Identifier: Apache-2.0

/// What happens to a pipeline: the only way in to `PipelineMachine`, and what the journal keeps before anything follows.
package enum PipelineEvent: Sendable, Hashable, Codable {
    case start(ExecutionStart)
    /// What is known of an action while it runs: external id, address, summary.
    case actionProgressed(id: String, ActionOutput)
    /// An action or a rule has ended.
    case actionEnded(id: String, ActionOutcome)
    case approvalGiven(ApprovalAnswer)
    case stop(execution: String, abandons: Bool, reason: String, by: String)
    case retry(execution: String, stage: String, mode: RetryMode, by: String)
    /// Runs a stage again as it was in an execution that succeeded in it.
    case rollback(stage: String, target: PipelineExecution, id: String, number: Int64, by: String)
    case setTransition(stage: String, isEnabled: Bool, reason: String, by: String)
    case overrideCondition(execution: String, stage: String, kind: ConditionKind, by: String)
    /// A new version of the definition; executions that run keep theirs.
    case defined(PipelineDefinition)
    /// Time has passed: deadlines up to now are due.
    case woke
    /// Somebody has set the date, by so many milliseconds: what runs keeps the time that it has had, and that it has left.
    case clockMoved(milliseconds: Int64)
}
