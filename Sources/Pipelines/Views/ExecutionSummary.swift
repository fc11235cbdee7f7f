// SPDX-License-Identifier: Apache-2.0

/// AWS's `PipelineExecutionSummary`, an item of `list-pipeline-executions`.
package struct ExecutionSummary: Sendable, Hashable, Codable {
    /// AWS's `SourceRevision`.
    package struct Revision: Sendable, Hashable, Codable {
        package var actionName: String
        package var revisionId: String
        package var revisionSummary: String?
        package var revisionUrl: String?
    }

    /// AWS's `StopExecutionTrigger`.
    package struct StopTrigger: Sendable, Hashable, Codable {
        package var reason: String
    }

    /// Of our own, for lists of several pipelines; absent in AWS's.
    package var pipelineName: String?
    package var pipelineExecutionId: String
    package var status: String
    package var statusSummary: String?
    package var startTime: EpochSeconds
    package var lastUpdateTime: EpochSeconds
    package var sourceRevisions: [Revision]
    package var trigger: TriggerView
    package var stopTrigger: StopTrigger?
    package var executionMode: String
    package var executionType: String
    package var rollbackMetadata: RollbackMetadata?

    package init(_ execution: PipelineExecution, _ definition: PipelineDefinition? = nil) {
        pipelineExecutionId = execution.id
        status = execution.status.rawValue
        statusSummary = execution.statusSummary
        startTime = EpochSeconds(milliseconds: execution.startedAt)
        lastUpdateTime = EpochSeconds(milliseconds: execution.updatedAt)
        sourceRevisions = execution.sourceNames(definition).compactMap { name in
            guard let revision = execution.revisions[name] else { return nil }
            return Revision(
                actionName: name,
                revisionId: revision.id,
                revisionSummary: revision.summary.isEmpty ? nil : revision.summary,
                revisionUrl: revision.url
            )
        }
        trigger = TriggerView(execution.trigger)
        let isStopped = execution.stopRequestedBy != nil || execution.stopReason != nil
        stopTrigger = isStopped ? StopTrigger(reason: execution.stopReason ?? "") : nil
        executionMode = execution.mode.rawValue
        executionType = execution.type
        rollbackMetadata = RollbackMetadata(execution)
    }
}
