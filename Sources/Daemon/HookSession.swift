// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Builds
internal import Control
internal import Diagnostics
internal import Files
internal import Git
internal import Journals
internal import Pipelines
internal import Repositories
internal import WireWords

/// Answers git's hook, that is, the person who pushes: a few lines, and the build's log if it was asked for.
struct HookSession: Sendable {
    /// Between two signs of life; the hook waits several times as long.
    private static let lifePause = Duration.seconds(10)

    let services: ControlSession.Services
    let connection: SocketConnection

    /// Whether the first bytes of a connection are a hook's.
    static func isHookRequest(_ bytes: [UInt8]) -> Bool {
        bytes.first == HookRequest.signature.first
    }

    /// Takes in the push and answers.
    func serve(_ bytes: [UInt8]) async throws(FileError) {
        try await answer(bytes)
        // The end mark: without it the hook knows that the daemon has gone.
        try await connection.write([0])
    }

    private func answer(_ bytes: [UInt8]) async throws(FileError) {
        guard let request = try? HookRequest(decoding: bytes) else {
            return try await say("the daemon does not understand this hook; run `nacre hooks install` again")
        }
        let path = Paths.real(request.repository) ?? request.repository
        guard let repository = await services.intake.repository(atPath: path) else {
            return try await say("\(path) is not registered here; run `nacre repo add` for it")
        }
        let push = PushIntake.Push(request, by: connection.peer)
        let answer: PushIntake.Answer
        do throws(JournalError) {
            answer = try await services.intake.take(push, in: repository)
        } catch {
            services.log.write(
                .error,
                "Push cannot be recorded",
                ["repository": repository.name, "error": error.message]
            )
            try await connection.write([HookRequest.refusal])
            return try await say("the push cannot be recorded: \(error.message)")
        }
        for line in HookAnswer.lines(answer, options: push.options) { await sayOrGiveUp(line) }
        do throws(JournalError) {
            for name in try await unwatchable(request, in: repository) {
                await sayOrGiveUp("\(name) is not built: its name is not UTF-8, as variables and pages need it")
            }
            if push.options.waits { try await follow(answer) }
        } catch {
            try await say("the push is on record, but cannot be followed: \(error.message); see `nacre list`")
        }
    }

    /// The refs that would be watched if their names were text; of many the first one.
    private func unwatchable(
        _ request: HookRequest,
        in repository: RepositoryRecord
    ) async throws(JournalError) -> [String] {
        let names = request.updates.filter { $0.ref == nil && !$0.new.isZero }.map {
            String(decoding: $0.name, as: UTF8.self)
        }
        if names.isEmpty { return [] }
        let patterns = try await services.intake.patterns(of: repository.name, branches: repository.branches)
        return Array(names.filter { patterns.contains(ref: $0) }.prefix(1))
    }

    /// Follows all that was begun, with signs of life for the hook, since a build may say nothing for hours.
    private func follow(_ answer: PushIntake.Answer) async throws(JournalError) {
        let living = Task { [connection] in
            while !Task.isCancelled {
                try await Task.sleep(for: Self.lifePause)
                // In the middle of a character, even: the hook takes it out before anybody else sees it.
                try await connection.write([HookRequest.signOfLife])
            }
        }
        let result: Result<Void, JournalError>
        do throws(JournalError) {
            for entry in answer.executions { await follow(entry.execution) }
            for build in answer.builds { try await follow(build) }
            for batch in answer.batches { try await follow(batch) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        living.cancel()
        // Nothing may come after the end mark.
        _ = await living.result
        try result.get()
    }

    /// Says what happens to an execution until it is over or waits for a person.
    private func follow(_ execution: QueuedExecution) async {
        var last: PipelineExecution?
        for await now in await services.pipelines.changes(of: execution.id) {
            for line in ExecutionNews.lines(from: last, to: now) { await sayOrGiveUp(line) }
            last = now
            let approvals = ExecutionNews.approvals(of: now)
            if approvals.isEmpty || now.status.isOver { continue }
            return await sayOrGiveUp(
                "\(now.label) waits for approval of \(approvals.joined(separator: ", ")); "
                    + "answer with: nacre approve \(now.label)"
            )
        }
        guard let last else { return }
        if last.status.isOver {
            await sayOrGiveUp("\(last.label) \(last.status.rawValue)")
        } else {
            await sayOrGiveUp("the daemon is stopping; \(last.label) goes on, follow with: nacre watch \(last.label)")
        }
    }

    /// Copies the build's log until it ends, and says how it ended.
    private func follow(_ build: BuildRecord) async throws(JournalError) {
        let end = await services.engine.end(of: build.id)
        let log = FileStream(
            path: services.home.build(build.id).log,
            growth: services.growth,
            filter: TerminalFilter()
        )
        do throws(FileStream.Failure) {
            try await log.copy(to: connection, until: end)
        } catch {
            // Nobody is there to be told anything.
            guard case .unreadable(let error) = error else { return }
            await sayOrGiveUp("the log cannot be shown: \(error)")
            for await _ in await services.engine.end(of: build.id) {}
        }
        let last = try await services.journal.use { journal throws(JournalError) in try journal.build(build.id) }
        guard let last else { return }
        let label = ControlSession.label(last)
        guard last.state.isTerminal else {
            return await sayOrGiveUp(
                "the daemon is stopping; \(label) goes on, follow with: nacre logs -f '\(label)'"
            )
        }
        let reason = last.endReason.map { " (\($0))" } ?? ""
        await sayOrGiveUp("\(label) \(last.status.rawValue)\(reason)")
        guard let next = try await retry(of: last) else { return }
        await sayOrGiveUp("\(label) is tried again as \(ControlSession.label(next))")
        try await follow(next)
    }

    /// Waits for a batch, and says how its builds and it itself have ended.
    private func follow(_ batch: BatchRecord) async throws(JournalError) {
        for await _ in await services.engine.end(ofBatch: batch.id) {}
        let found = try await services.journal.use { journal throws(JournalError) in
            (try journal.batch(batch.id), try journal.builds(ofBatch: batch.id))
        }
        guard let last = found.0 else { return }
        let label = BatchView.label(last)
        guard last.status.isTerminal else {
            return await sayOrGiveUp("the daemon is stopping; \(label) goes on, look at it with: nacre show '\(label)'")
        }
        for build in found.1 where build.state.isTerminal {
            let item = BatchProgress.identifier(of: build) ?? ""
            await sayOrGiveUp("[\(item)] \(ControlSession.label(build)) \(build.status.rawValue)")
        }
        let reason = last.endReason.map { " (\($0))" } ?? ""
        await sayOrGiveUp("\(label) \(last.status.rawValue)\(reason)")
    }

    /// The build that tries it again; nil when none does.
    private func retry(of build: BuildRecord) async throws(JournalError) -> BuildRecord? {
        let config = BuildView.makeWhole(build, home: services.home).autoRetryConfig
        guard let name = config?.nextAutoRetry?.split(separator: "/").last, let id = BuildID(String(name)) else {
            return nil
        }
        return try await services.journal.use { journal throws(JournalError) in try journal.build(id) }
    }

    private func sayOrGiveUp(_ line: String) async {
        // A pusher who has gone does not stop the build.
        try? await say(line)
    }

    private func say(_ line: String) async throws(FileError) {
        try await connection.write("nacre: \(TerminalText.visible(line))\n")
    }
}
