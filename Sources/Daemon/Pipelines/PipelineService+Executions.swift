// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Journals
internal import Pipelines
internal import WireWords

/// Starting executions, and looking at them.
extension PipelineService {
    /// Starts an execution.
    /// - Parameters:
    ///   - pipeline: its name.
    ///   - revisions: by source action, the commit or the object version that it is pinned to; the others get their head.
    ///   - variables: values of the pipeline's variables.
    ///   - token: a second start with the same one gives the first one's execution.
    ///   - trigger: why it is started.
    /// - Returns: the execution as it is when its start has been applied.
    /// - Throws: `invalid` with `ValidationException` for an action, a revision or a variable that is not there.
    func start(
        _ pipeline: String,
        revisions: [String: String],
        variables: [String: String],
        token: String?,
        trigger: ExecutionTrigger
    ) async throws(ControlFailure) -> PipelineExecution {
        let definition = try await self.pipeline(pipeline).definition
        let key = token.map { "token:\($0)" }
        if let key, let known = try await queued(pipeline, key) { return try await execution(known.id) }
        let pins = try await pins(for: definition.sourceActions, revisions: revisions)
        let start = ExecutionStart(
            id: Self.makeID(),
            number: 0,
            trigger: trigger,
            revisions: pins,
            variables: variables
        )
        return try await enter(ExecutionDraft(pipeline: pipeline, key: key, event: .start(start)))
    }

    /// Runs a stage again as it was in an execution that succeeded in it, which `target` names.
    func rollback(
        _ pipeline: String,
        stage: String,
        target: String,
        by person: String
    ) async throws(ControlFailure) -> PipelineExecution {
        let target = try await execution(target)
        let id = Self.makeID()
        let event = PipelineEvent.rollback(stage: stage, target: target, id: id, number: 0, by: person)
        return try await enter(ExecutionDraft(pipeline: pipeline, key: nil, event: event))
    }

    /// Queues an execution, applies it, and gives it as it is then.
    private func enter(_ draft: ExecutionDraft) async throws(ControlFailure) -> PipelineExecution {
        // What the machine refuses gets no number.
        try await tryOut(draft)
        let now = Timestamp.now().milliseconds
        let queued = try await journalled { journal throws(JournalError) in try journal.queue(draft, at: now) }
        guard let queued else { throw Self.unknown(draft.pipeline) }
        await takePending(of: [draft.pipeline])
        let found = try await journalled { journal throws(JournalError) in try journal.execution(queued.id) }
        guard let found else {
            throw ControlFailure(
                .fault,
                "\(queued.label) is recorded and not begun yet; see `nacre show \(queued.label)` in a moment"
            )
        }
        return found
    }

    private func tryOut(_ draft: ExecutionDraft) async throws(ControlFailure) {
        var machine = try await machine(draft.pipeline)
        var generator = SystemRandomNumberGenerator()
        let event = draft.numbered(machine.lastNumber + 1)
        do throws(PipelineRefusal) {
            _ = try machine.apply(event, at: Timestamp.now().milliseconds, using: &generator)
        } catch {
            throw EventFailure.refused(error).asControlFailure(draft.pipeline)
        }
    }

    private func queued(_ pipeline: String, _ key: String) async throws(ControlFailure) -> QueuedExecution? {
        try await journalled { journal throws(JournalError) in try journal.queuedExecution(of: pipeline, key: key) }
    }

    // MARK: - Sources

    /// What the sources are now, those left out that have nothing yet.
    func heads(of actions: [ActionDeclaration]) async -> [String: SourceRevision] {
        var result: [String: SourceRevision] = [:]
        for action in actions { result[action.name] = await parts.pinning[action.type.provider]?.head(of: action) }
        return result
    }

    private func pins(
        for actions: [ActionDeclaration],
        revisions: [String: String]
    ) async throws(ControlFailure) -> [String: SourceRevision] {
        for name in revisions.keys.sorted() where !actions.contains(where: { $0.name == name }) {
            let names = actions.map(\.name).joined(separator: ", ")
            throw ControlFailure(
                .invalid,
                "there is no source action `\(name)`; there are: \(names)",
                exception: "ValidationException"
            )
        }
        var result: [String: SourceRevision] = [:]
        for action in actions {
            let pinning = parts.pinning[action.type.provider]
            if let id = revisions[action.name] {
                guard let pinning else {
                    throw ControlFailure(
                        .invalid,
                        "the source `\(action.name)` of provider \(action.type.provider) takes no revision",
                        exception: "ValidationException"
                    )
                }
                result[action.name] = try await pinning.revision(id, of: action)
            } else {
                result[action.name] = await pinning?.head(of: action)
            }
        }
        return result
    }

    // MARK: - Looking

    /// The execution that people mean by `PIPELINE/NUMBER`, `PIPELINE/latest`, a UUID or its beginning.
    /// - Throws: `notFound` with `PipelineExecutionNotFoundException`; `invalid` for a beginning that several have.
    func execution(_ reference: String) async throws(ControlFailure) -> PipelineExecution {
        let found = try await journalled { journal throws(JournalError) in
            try ExecutionName.find(reference, in: journal)
        }
        switch found.count {
        case 1: return found[0]
        case 0:
            throw ControlFailure(
                .notFound,
                "there is no execution `\(reference)`; `nacre list --executions` shows what there is",
                exception: "PipelineExecutionNotFoundException"
            )
        default:
            let names = found.map { "\($0.label) (\($0.id))" }.joined(separator: ", ")
            throw ControlFailure(.invalid, "`\(reference)` may be any of \(names); write more of it")
        }
    }

    /// The executions that a list shows, newest first.
    func executions(_ filter: ExecutionFilter) async throws(ControlFailure) -> [PipelineExecution] {
        try await journalled { journal throws(JournalError) in try journal.executions(filter) }
    }

    /// The execution that a stage of a pipeline goes back to where none is named.
    func rollbackTarget(of pipeline: String, stage: String) async throws(ControlFailure) -> PipelineExecution? {
        try await journalled { journal throws(JournalError) in
            try journal.rollbackTarget(of: pipeline, stage: stage)
        }
    }

    /// How the execution of an id stands, at first and after each change; ends when it is over, or with the daemon.
    ///
    /// Who is slow misses changes, but never the last.
    func changes(of execution: String) async -> AsyncStream<PipelineExecution> {
        let (stream, continuation) = AsyncStream<PipelineExecution>.makeStream(bufferingPolicy: .bufferingNewest(64))
        lastWatcher += 1
        let key = lastWatcher
        watchers[execution, default: [:]][key] = continuation
        continuation.onTermination = { [weak self] _ in
            // Ends at once.
            Task { await self?.removeWatcher(key, of: execution) }
        }
        do throws(JournalError) {
            let read = try await journal.use { journal throws(JournalError) in try journal.execution(execution) }
            // What was told meanwhile is newer than what was read.
            let now = read.flatMap { known($0) } ?? read
            if let now { continuation.yield(now) }
            if isDraining || now?.status.isOver ?? true { continuation.finish() }
        } catch {
            continuation.finish()
        }
        return stream
    }

    private func removeWatcher(_ key: Int, of execution: String) {
        watchers[execution]?[key] = nil
        if watchers[execution]?.isEmpty ?? false { watchers[execution] = nil }
    }

    /// Tells those who follow an execution how it stands now.
    func tell(_ execution: PipelineExecution) {
        for continuation in (watchers[execution.id] ?? [:]).values { continuation.yield(execution) }
        if execution.status.isOver { finishWatchers(execution.id) }
    }

    func finishWatchers(_ execution: String) {
        for continuation in (watchers.removeValue(forKey: execution) ?? [:]).values { continuation.finish() }
    }

    /// What an execution waits for, one sentence each; empty for one that does not wait.
    func waitReasons(_ execution: PipelineExecution) async -> [String] {
        guard !execution.status.isOver, let machine = try? await machine(execution.pipeline) else { return [] }
        var reasons = machine.waitReasons(of: execution.id)
        for action in execution.stages.flatMap(\.actions) where action.status == .inProgress {
            guard let build = action.output.externalID.flatMap({ BuildID($0) }) else { continue }
            if let reason = await parts.waitReason(build) { reasons.append("\(action.name) \(reason)") }
        }
        return reasons
    }
}
