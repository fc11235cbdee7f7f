// SPDX-License-Identifier: Apache-2.0

extension PipelineState {
    /// AWS's `StageState`: a stage in the answer of `get-pipeline-state`.
    package struct Stage: Sendable, Hashable, Codable {
        /// AWS's `StageExecution`.
        package struct Execution: Sendable, Hashable, Codable {
            package var pipelineExecutionId: String
            package var status: String
            /// `STANDARD`, `ROLLBACK`.
            package var type: String
        }

        /// AWS's `TransitionState`.
        package struct Transition: Sendable, Hashable, Codable {
            package var enabled: Bool
            package var disabledReason: String?
            package var lastChangedBy: String?
            package var lastChangedAt: EpochSeconds?

            init(_ transition: StageStanding.Transition) {
                enabled = transition.isEnabled
                disabledReason = transition.isEnabled ? nil : transition.reason ?? ""
                lastChangedBy = transition.changedBy.map(PersonName.arn)
                lastChangedAt = transition.changedAt.map(EpochSeconds.init)
            }
        }

        /// AWS's `RetryStageMetadata`.
        package struct RetryMetadata: Sendable, Hashable, Codable {
            package var autoStageRetryAttempt: Int
            package var manualStageRetryAttempt: Int
            package var latestRetryTrigger: String?
        }

        package var stageName: String
        package var inboundTransitionState: Transition
        /// The one that enters next.
        package var inboundExecution: Execution?
        package var inboundExecutions: [Execution]?
        package var actionStates: [Action]
        /// Absent before an execution has entered the stage.
        package var latestExecution: Execution?
        package var beforeEntryConditionState: StageCondition?
        package var onSuccessConditionState: StageCondition?
        package var onFailureConditionState: StageCondition?
        /// Absent where nothing has been tried again.
        package var retryStageMetadata: RetryMetadata?

        package init(_ stage: StageDeclaration, _ standing: StageStanding) {
            let latest = standing.latest?.stages.first { $0.name == stage.name && $0.status != nil }
            stageName = stage.name
            inboundTransitionState = Transition(standing.transition)
            let waiting = standing.inbound.map { execution in
                Execution(pipelineExecutionId: execution.id, status: execution.status.rawValue, type: execution.type)
            }
            inboundExecution = waiting.first
            inboundExecutions = waiting.isEmpty ? nil : waiting
            actionStates = stage.actions.map { Action($0, latest?.latest($0.name)) }
            if let execution = standing.latest, let status = latest?.status {
                latestExecution = Execution(
                    pipelineExecutionId: execution.id,
                    status: status.rawValue,
                    type: execution.type
                )
            }
            beforeEntryConditionState = StageCondition(stage.beforeEntry, .beforeEntry, latest)
            onSuccessConditionState = StageCondition(stage.onSuccess, .onSuccess, latest)
            onFailureConditionState = StageCondition(stage.onFailure?.condition, .onFailure, latest)
            if let latest, latest.automaticRetries + latest.manualRetries > 0 {
                retryStageMetadata = RetryMetadata(
                    autoStageRetryAttempt: latest.automaticRetries,
                    manualStageRetryAttempt: latest.manualRetries,
                    latestRetryTrigger: latest.latestRetryTrigger
                )
            }
        }
    }
}
