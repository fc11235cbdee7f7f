// SPDX-License-Identifier: Apache-2.0

/// The answer of `get-pipeline-state`.
///
/// Every stage of the definition is there, in its order, with every action, even if it never ran; what never ran has no
/// `latestExecution`, which clients rely on.
package struct PipelineState: Sendable, Hashable, Codable {
    package var pipelineName: String
    package var pipelineVersion: Int
    package var stageStates: [Stage]
    package var created: EpochSeconds
    package var updated: EpochSeconds

    /// Makes one.
    /// - Parameters:
    ///   - definition: the present one.
    ///   - created: milliseconds since 1970, as is `updated`.
    ///   - updated: when the definition was changed last.
    ///   - standings: by the name of the stage; of a PARALLEL pipeline only the transitions count, as in AWS, where its
    ///     executions are seen in lists only.
    package init(
        _ definition: PipelineDefinition,
        created: Int64,
        updated: Int64,
        standings: [String: StageStanding]
    ) {
        pipelineName = definition.name
        pipelineVersion = definition.version
        stageStates = definition.stages.map { stage in
            var standing = standings[stage.name] ?? StageStanding()
            if definition.executionMode == .parallel {
                standing.latest = nil
                standing.inbound = []
            }
            return Stage(stage, standing)
        }
        self.created = EpochSeconds(milliseconds: created)
        self.updated = EpochSeconds(milliseconds: updated)
    }
}
