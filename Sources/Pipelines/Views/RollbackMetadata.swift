// SPDX-License-Identifier: Apache-2.0

/// AWS's `PipelineRollbackMetadata`: of executions of the type `ROLLBACK` only.
package struct RollbackMetadata: Sendable, Hashable, Codable {
    package var rollbackTargetPipelineExecutionId: String

    /// Nil for an execution that is no rollback.
    package init?(_ execution: PipelineExecution) {
        guard let target = execution.rollbackTarget else { return nil }
        rollbackTargetPipelineExecutionId = target
    }
}

extension PipelineExecution {
    /// AWS's `executionType`.
    package var type: String { isRollback ? "ROLLBACK" : "STANDARD" }
}
