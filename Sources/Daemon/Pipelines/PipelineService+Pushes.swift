// SPDX-License-Identifier: Apache-2.0

internal import Git
internal import Journals
internal import Pipelines

/// Pushes that start pipelines.
extension PipelineService {
    /// A ref that was pushed.
    struct PushedRef: Sendable {
        let ref: String
        let old: ObjectID
        let new: ObjectID
    }

    /// What a push means for pipelines.
    struct Consequence: Sendable {
        /// The executions that are to be queued, with the change itself.
        var drafts: [ExecutionDraft] = []
        /// Whether a pipeline has its source there, so that nothing else is to be built.
        var isSource = false
    }

    /// What follows for pipelines from moves of refs, as one push or a scan has found them: one answer for each.
    ///
    /// With `coalesces` a pipeline gets one execution of them all.
    /// - Throws: while the pipelines cannot be read.
    func consequences(
        of pushed: [PushedRef],
        in repository: RepositoryRecord,
        coalesces: Bool
    ) async throws(JournalError) -> [Consequence] {
        var result = pushed.map { _ in Consequence() }
        let triggers = try await triggers()
        guard triggers.concerns(repository.name) else { return result }
        let found = await parts.refs.run(repository.path) { PushedMoves.starts(of: pushed, in: repository, triggers) }
        // By pipeline: where the one execution of all is.
        var first: [String: (change: Int, place: Int)] = [:]
        for (index, starts) in found.enumerated() {
            result[index].isSource = triggers.isSource(pushed[index].ref, of: repository.name)
            for start in starts {
                guard let draft = await draft(start.start, pinned: start.revisions, triggers) else { continue }
                if coalesces, let place = first[start.start.pipeline] {
                    result[place.change].drafts[place.place].pin(draft)
                    result[index].isSource = true
                    continue
                }
                first[start.start.pipeline] = (change: index, place: result[index].drafts.count)
                result[index].drafts.append(draft)
            }
        }
        return result
    }

    /// The wish for an execution; sources that are not pinned get their head.
    func draft(
        _ start: PipelineTriggers.Start,
        pinned: [String: SourceRevision],
        _ triggers: PipelineTriggers
    ) async -> ExecutionDraft? {
        guard let definition = triggers.definitions[start.pipeline] else { return nil }
        let handed = RuleInput(start.input)
        var revisions = pinned
        for action in definition.sourceActions {
            let pinning = parts.pinning[action.type.provider]
            if let id = handed.revisions[action.name] {
                revisions[action.name] = (try? await pinning?.revision(id, of: action)) ?? revisions[action.name]
            }
            if revisions[action.name] == nil { revisions[action.name] = await pinning?.head(of: action) }
        }
        let event = ExecutionStart(
            id: Self.makeID(),
            number: 0,
            trigger: start.trigger,
            revisions: revisions,
            variables: handed.variables
        )
        return ExecutionDraft(pipeline: start.pipeline, key: nil, event: .start(event))
    }
}
