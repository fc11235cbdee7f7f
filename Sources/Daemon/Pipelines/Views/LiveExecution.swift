// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// The execution of a pipeline whose result serves now.
package struct LiveExecution: Sendable, Hashable {
    package let execution: PipelineExecution
    /// Since when: milliseconds since 1970, UTC.
    package let since: Int64

    /// Finds what an execution is to replace.
    ///
    /// It is the other execution that was last to succeed in the stage of the pipeline's last Deploy action; of a pipeline that
    /// deploys nothing, the last that succeeded as a whole.
    /// - Parameters:
    ///   - execution: itself never the answer.
    ///   - others: executions of the same pipeline in any order.
    ///   - definition: tells where the pipeline deploys.
    /// - Returns: nil where nothing is live yet.
    package static func find(
        for execution: PipelineExecution,
        among others: [PipelineExecution],
        definition: PipelineDefinition
    ) -> LiveExecution? {
        let stage = definition.stages.last { stage in stage.actions.contains { $0.type.category == "Deploy" } }?.name
        let candidates = others.compactMap { other -> LiveExecution? in
            guard other.id != execution.id, other.pipeline == execution.pipeline else { return nil }
            guard let stage else {
                return other.status == .succeeded ? LiveExecution(execution: other, since: other.updatedAt) : nil
            }
            guard let found = other.stages.first(where: { $0.name == stage }), found.status == .succeeded else {
                return nil
            }
            return LiveExecution(execution: other, since: found.endedAt ?? other.updatedAt)
        }
        return candidates.max { ($0.since, $0.execution.number) < ($1.since, $1.execution.number) }
    }
}
