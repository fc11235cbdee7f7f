// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Journals
internal import Pipelines

/// What people look at before they decide about an execution, and afterwards when they ask where something came from.
struct PipelineViews: Sendable {
    /// Executions among which the live one is looked for.
    private static let searchLimit = 200

    let pipelines: PipelineService
    let approvals: ApprovalViews
    let stores: DefinitionStores
    let thread = BlockingQueue(label: "nacre.views")

    /// What whoever is asked to approve an execution is shown.
    func approval(of reference: String) async throws(ControlFailure) -> ApprovalView {
        let execution = try await pipelines.execution(reference)
        let definition = try await pipelines.pipeline(execution.pipeline).definition
        let others = try await pipelines.executions(
            ExecutionFilter(pipeline: execution.pipeline, limit: Self.searchLimit)
        )
        return await approvals.view(of: execution, among: others, definition: definition)
    }

    /// The execution of an id; nil where its pipeline is gone.
    func execution(_ id: String) async -> PipelineExecution? {
        try? await pipelines.execution(id)
    }

    /// What notifications ask of pipelines.
    var facts: Notifier.Facts {
        Notifier.Facts(
            execution: { id in try? await pipelines.execution(id) },
            outcomeBefore: { execution in
                let filter = ExecutionFilter(pipeline: execution.pipeline, limit: Self.searchLimit)
                let all = (try? await pipelines.executions(filter)) ?? []
                return all.first { other in
                    other.number < execution.number && (other.status == .failed || other.status == .succeeded)
                }?.status
            }
        )
    }
}
