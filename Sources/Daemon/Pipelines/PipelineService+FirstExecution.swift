// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Journals
internal import Pipelines

/// What a new pipeline begins with.
extension PipelineService {
    /// The execution that a new pipeline begins with; nil when a source has nothing to deliver yet, or a variable must be given.
    func firstStart(of definition: PipelineDefinition, by person: String) async -> ExecutionDraft? {
        if definition.variables.contains(where: { $0.defaultValue == nil }) { return nil }
        let revisions = await heads(of: definition.sourceActions)
        let isWhole = definition.sourceActions.allSatisfy { action in
            revisions[action.name] != nil || parts.pinning[action.type.provider] == nil
        }
        if !isWhole { return nil }
        let start = ExecutionStart(
            id: Self.makeID(),
            number: 0,
            trigger: ExecutionTrigger(.createPipeline, detail: person),
            revisions: revisions
        )
        return ExecutionDraft(pipeline: definition.name, key: "create", event: .start(start))
    }

    /// Starts the pipelines that have never run and that have waited for this repository.
    func repositoryAdded(_ name: String) async {
        let triggers: PipelineTriggers
        do throws(JournalError) {
            triggers = try await self.triggers()
        } catch {
            return log.write(.error, "Pipelines cannot be read", ["error": error.message])
        }
        let names = Set(triggers.sources.filter { $0.repositories.contains(name) }.map(\.pipeline))
        for pipeline in names.sorted() {
            guard let definition = triggers.definitions[pipeline] else { continue }
            await queueFirst(of: definition, by: "the repository \(name), which was added")
        }
        await takePending(of: names)
    }

    /// Queues a pipeline's first execution, where it has had none and all of its sources have something to deliver.
    func queueFirst(of definition: PipelineDefinition, by person: String) async {
        do {
            let hasRun = try await journal.use { journal throws(JournalError) in
                let latest = try journal.latestExecution(of: definition.name)
                let pending = try journal.pendingEvents(of: definition.name)
                return latest != nil || !pending.isEmpty
            }
            if hasRun { return }
            guard let draft = await firstStart(of: definition, by: person) else { return }
            let now = Timestamp.now().milliseconds
            _ = try await journal.use { journal throws(JournalError) in try journal.queue(draft, at: now) }
        } catch {
            log.write(.error, "Execution cannot be queued", ["pipeline": definition.name, "error": "\(error)"])
        }
    }

    /// Whether a pipeline has begun, as it was made, with just what a push would start it with: one change is one execution.
    ///
    /// That happens where a push brings the pipeline's own definition, or where a pipeline is made while a push of its source is
    /// still on its way.
    func hasBegun(with draft: ExecutionDraft) async throws(JournalError) -> Bool {
        guard case .start(let start) = draft.event, !start.revisions.isEmpty else { return false }
        let latest = try await journal.use { journal throws(JournalError) in
            try journal.latestExecution(of: draft.pipeline)
        }
        guard let latest, latest.trigger.kind == .createPipeline else { return false }
        return latest.revisions.mapValues(\.id) == start.revisions.mapValues(\.id)
    }
}
