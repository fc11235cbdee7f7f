// SPDX-License-Identifier: Apache-2.0

/// The daemon's answer to a `PipelineRequest`.
package enum PipelineAnswer: Sendable, Hashable, Codable {
    case pipelines([PipelineReport])
    case pipeline(PipelineReport)
    case execution(ExecutionReport)
    /// Without definitions.
    case executions([ExecutionReport])
    case approvals([WaitingApproval])
    case done
}
