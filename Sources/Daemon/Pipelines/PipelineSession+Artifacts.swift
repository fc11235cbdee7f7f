// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Control
internal import Digests
internal import Journals
internal import Pipelines

/// What is still there of what executions made.
extension PipelineSession {
    /// That the artifacts of an execution were removed; nil while they are there.
    func removal(of execution: PipelineExecution) async -> Build.Removal? {
        let found = try? await journal.use { journal throws(JournalError) in
            try journal.removal(ofExecution: execution.id)
        }
        return found.flatMap { $0 }.map(ControlSession.removal)
    }

    /// Refuses to run a stage again that takes an artifact which is not there any more.
    /// - Parameters:
    ///   - execution: whose artifacts it takes.
    ///   - stage: the stage.
    ///   - exception: AWS's name for the refusal.
    ///   - mode: of a retry: which actions of the stage make theirs again.
    /// - Throws: `conflict` that names the artifact.
    func checkArtifacts(
        of execution: PipelineExecution,
        for stage: String,
        exception: String,
        mode: RetryMode = .allActions
    ) async throws(ControlFailure) {
        // What is not over keeps all that it needs.
        guard execution.status.isOver else { return }
        let definition = try await report(execution).definition
        guard let definition, let place = definition.stages.firstIndex(where: { $0.name == stage }) else { return }
        let attempts = execution.stages.first { $0.name == stage }
        var madeAgain: Set<String> = []
        var taken: [String] = []
        for (index, declared) in definition.stages.enumerated() where index >= place {
            for action in declared.actions {
                let isDone =
                    index == place && mode == .failedActions && attempts?.latest(action.name)?.status == .succeeded
                if isDone { continue }
                taken += action.inputArtifacts
                madeAgain.formUnion(action.outputArtifacts.map(\.name))
            }
        }
        for name in taken where !madeAgain.contains(name) {
            guard let artifact = execution.artifacts[name], let digest = SHA256Digest(hex: artifact.digest),
                !artifacts.renew(digest)
            else { continue }
            let when = await removal(of: execution)?.sentence("which was") ?? "which is not in the store any more"
            throw ControlFailure(
                .conflict,
                "The stage `\(stage)` of \(execution.label) needs the artifact `\(name)` (SHA-256 \(digest.hex)), "
                    + "\(when). Start a new execution, which makes it again: nacre pipeline start \(execution.pipeline)",
                exception: exception
            )
        }
    }
}
