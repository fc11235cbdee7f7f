// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import Pipelines

/// What a new pipeline begins with.
extension PipelineService {
    /// Whether a pipeline has begun, as it was made, with just what a push would start it with: one change is one execution.
    ///
    /// That happens where a push brings the pipeline's own definition, or where a pipeline is made while a push of its source is
    /// still on its way.
    func hasBegun(with draft: ExecutionDraft) async -> Bool {
        guard case .start(let start) = draft.event, !start.revisions.isEmpty else { return false }
        let latest = try? await executions(ExecutionFilter(pipeline: draft.pipeline, limit: 1)).first
        guard let latest, latest.trigger.kind == .createPipeline else { return false }
        return latest.revisions.mapValues(\.id) == start.revisions.mapValues(\.id)
    }
}
