// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// What a client may ask about pipelines and executions.
///
/// `execution` is always as people write it: `PIPELINE/NUMBER`, `PIPELINE/latest`, a UUID or its beginning. Who asks is known
/// from the socket.
package enum PipelineRequest: Sendable, Hashable, Codable {
    /// Answered by `pipelines`.
    case list
    /// Answered by `pipeline`.
    case show(pipeline: String)
    /// Answered by `execution`; `revisions` by source action, sources that are not named take their heads.
    case start(pipeline: String, revisions: [String: String], variables: [String: String], token: String?)
    case delete(pipeline: String)
    /// Opens or closes the transition into a stage.
    case setTransition(pipeline: String, stage: String, isEnabled: Bool, reason: String)
    /// Answered by the new `execution`; `target` nil: the last that succeeded in the stage before the one that is in it now.
    case rollback(pipeline: String, stage: String, target: String?)
    /// Answered by `execution`.
    case showExecution(execution: String)
    /// Answered by `executions`.
    case listExecutions(Filter)
    /// After the answer `execution` come lines of `ExecutionReport` without definition, until it is over.
    case watch(execution: String)
    /// Answered by `execution`.
    case stop(execution: String, abandons: Bool, reason: String)
    /// Answered by `execution`; `stage` nil: the one that has failed or was stopped.
    case retry(execution: String, stage: String?, mode: RetryMode)
    /// Answered by `execution`.
    case overrideCondition(execution: String, stage: String, kind: ConditionKind)
    /// The approvals that wait, of an execution or of all executions of a pipeline; answered by `approvals`, never empty.
    case approvals(reference: String, stage: String?, action: String?)
    /// Answered by `execution`; the token is of the approval that was shown, so that nobody answers another than he saw.
    case answerApproval(
        execution: String,
        stage: String,
        action: String,
        token: String,
        isApproved: Bool,
        comment: String
    )

    /// Which executions a list shows, the newest first.
    package struct Filter: Sendable, Hashable, Codable {
        package var pipeline: String?
        package var status: ExecutionStatus?
        /// The most that are shown.
        package var limit: Int

        package init(pipeline: String? = nil, status: ExecutionStatus? = nil, limit: Int = 20) {
            self.pipeline = pipeline
            self.status = status
            self.limit = limit
        }
    }
}
