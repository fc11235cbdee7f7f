// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Journals
internal import Pipelines

/// What a stage that is to run again takes from the store.
extension PipelineService {
    /// Refuses to run a stage again when an artifact that its actions take is gone from the store.
    /// - Parameters:
    ///   - execution: whose artifacts they are.
    ///   - stage: its name; one that is not there is for the machine to refuse.
    ///   - mode: which of its actions would run; nil: all, in a rollback.
    /// - Throws: `conflict`, with the artifacts and what to do.
    func requireArtifacts(
        of execution: PipelineExecution,
        stage: String,
        mode: RetryMode?
    ) async throws(ControlFailure) {
        let definition = try await journalled { journal throws(JournalError) in
            try journal.definition(of: execution.pipeline, version: execution.version)
        }
        guard let declaration = definition?.stage(stage) else { return }
        let entered = execution.stage(stage)
        let actions = declaration.actions.filter { action in
            mode != .failedActions || entered?.latest(action.name)?.status != .succeeded
        }
        // What they hand to each other they make anew.
        let made = Set(actions.flatMap(\.outputArtifacts).map(\.name))
        let needed = Set(actions.flatMap(\.inputArtifacts)).subtracting(made)
        let artifacts = needed.sorted().compactMap { execution.artifacts[$0] }
        let isStored = parts.isStored
        let gone = await parts.refs.run { artifacts.filter { !isStored($0.digest) } }
        if gone.isEmpty { return }
        let names = gone.map { "`\($0.name)` (SHA-256 \($0.digest))" }.joined(separator: ", ")
        throw ControlFailure(
            .conflict,
            "the stage `\(stage)` of \(execution.label) cannot run again, as what it takes is gone from the store: \(names). "
                + "Start a new execution, which makes it again: nacre pipeline start \(execution.pipeline)",
            exception: mode == nil ? "UnableToRollbackStageException" : "StageNotRetryableException"
        )
    }
}
