// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Audits
internal import Builds
internal import Control
internal import Files
internal import JSON
internal import Journals
internal import WireWords

/// Answers one client of the control socket.
struct ControlSession: Sendable {
    /// What the answers come from.
    struct Services: Sendable {
        let home: Home
        let settings: SettingsHolder
        let audit: AuditTrail
        let collector: MetricsCollector
        let journal: JournalStore
        let artifacts: ArtifactStore
        let engine: Engine
        let pipelines: PipelineService
        let repositories: RepositoryService
        let definitions: DefinitionService
        let views: PipelineViews
        let notifier: Notifier
        let intake: PushIntake
        let retention: RetentionService
        let drain: DrainService
        let growth: GrowthWatch
        let log: DaemonLog
    }

    private static let requestLimitBytes = 16 << 20

    let services: Services
    let connection: SocketConnection
    /// Reads files of builds.
    private let reading = BlockingQueue(label: "nacre.control")

    init(services: Services, connection: SocketConnection) {
        self.services = services
        self.connection = connection
    }

    /// Reads one request, whichever of the two forms it has, and answers it.
    func serve() async {
        do throws(FileError) {
            var bytes: [UInt8] = []
            while true {
                let more = try await connection.read()
                let start = bytes.count
                bytes += more
                if HookSession.isHookRequest(bytes) {
                    if more.isEmpty || bytes.count > Self.requestLimitBytes {
                        return try await HookSession(services: services, connection: connection).serve(bytes)
                    }
                    continue
                }
                if let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                    return try await answer(bytes[..<end])
                }
                // A client that goes away without a question has none.
                if more.isEmpty { return }
                if bytes.count > Self.requestLimitBytes {
                    return try await send(.failure(ControlFailure(.invalid, "the request is longer than 16 MiB")))
                }
            }
        } catch {
            // The client has gone; nobody is left to tell.
        }
    }

    private func answer(_ line: ArraySlice<UInt8>) async throws(FileError) {
        guard let request = try? JSONText.decode(ControlRequest.self, from: Array(line)) else {
            let message = "the daemon does not know this request; are `nacre` and the daemon of the same version?"
            return try await send(.failure(ControlFailure(.invalid, message)))
        }
        let audited = AuditedRequest(request)
        let answer: ControlAnswer?
        do throws(ControlFailure) {
            if let audited { try await putOnRecord(audited) }
            answer = try await self.answer(to: request)
        } catch {
            if let audited { noteRefusal(of: audited, error) }
            answer = .failure(error)
        }
        // A client that has gone by now is no failure of what it has asked for.
        if let answer { try await send(answer) }
    }

    /// Does what is asked for.
    /// - Returns: the answer; nil where it has been sent already, with what follows it.
    private func answer(to request: ControlRequest) async throws(ControlFailure) -> ControlAnswer? {
        switch request {
        case .readLog(let name, _) where try await findBatch(name) != nil,
            .watchBuild(let name) where try await findBatch(name) != nil:
            throw try await batchHasNoLog(name)
        case .readLog(let name, let follows):
            let record = try await find(name)
            try await stream(record, services.home.build(record.id).log, follows: follows)
        case .watchBuild(let name):
            let record = try await find(name)
            try await stream(record, services.home.build(record.id).events, follows: true)
        case .pipeline(.watch(let name)): try await watchExecution(name)
        default: return try await simpleAnswer(to: request)
        }
        return nil
    }

    private func simpleAnswer(to request: ControlRequest) async throws(ControlFailure) -> ControlAnswer {
        switch request {
        case .ping:
            return .pong(
                version: Version.text,
                pid: Version.processID,
                home: services.home.path,
                jobs: services.settings.jobs
            )
        case .createRepository(let name, let branches):
            return .repository(try await services.repositories.create(name, branches: branches))
        case .addRepository(let path, let name, let branches, let installsHooks):
            let view = try await services.repositories.add(
                path,
                name: name,
                branches: branches,
                installsHooks: installsHooks
            )
            return .repository(view)
        case .listRepositories:
            return .repositories(try await services.repositories.list())
        case .removeRepository(let name):
            return .repository(try await services.repositories.remove(name))
        case .setRepository(let name, let settings):
            return .repository(try await services.repositories.set(name, settings))
        case .listBuilds(let filter):
            return .builds(try await list(filter))
        case .showBuild(let name):
            if let batch = try await findBatch(name) { return try await show(batch) }
            return .build(await whole(try await find(name)))
        case .stopBuild(let name):
            if let batch = try await findBatch(name) { return try await stop(batch) }
            let record = try await find(name)
            let isStopping = try await Self.journalled { () throws(JournalError) in
                try await services.engine.stop(record.id, by: connection.peer.user, killsAgain: true)
            }
            guard isStopping else {
                throw ControlFailure(
                    .conflict,
                    "build \(Self.label(record)) is over already: \(record.status.rawValue)"
                )
            }
            return .build(await whole(try await find(record.id.description)))
        case .readLog, .watchBuild:
            preconditionFailure("streams are answered elsewhere")
        case .pipeline(let request): return .pipeline(await withProblems(try await pipelines.answer(request)))
        case .definition(let request): return .definition(try await answer(request))
        case .notification(let request): return .notification(try await answer(request))
        case .retention(let request): return .retention(try await answer(request))
        case .care(let request): return .care(try await answer(request))
        case .observation(let request): return .observation(try await answer(request))
        case .bucketsChanged:
            await services.pipelines.bucketsChanged()
            return .done
        }
    }

    // MARK: - Builds

    private func list(_ filter: ControlRequest.BuildFilter) async throws(ControlFailure) -> [Build] {
        var query = BuildQuery(project: filter.project, limit: max(0, filter.limit))
        if let text = filter.status {
            guard let status = BuildStatus(rawValue: text.uppercased()) else {
                throw ControlFailure(.invalid, "\(text) is not a status; see `nacre list --help`")
            }
            query.status = status
        }
        let records = try await Self.journalled { [query] () throws(JournalError) in
            try await services.journal.use { journal throws(JournalError) in try journal.builds(query) }
        }
        let reasons = await services.engine.waitReasons(records.filter { $0.state == .queued }.map(\.id))
        var builds: [Build] = []
        for record in records {
            var build = BuildView.make(record, log: services.home.build(record.id).log)
            if record.state == .queued {
                build.statusReason = reasons[record.id.description]
            } else if !record.state.isTerminal {
                // There are no more of these than slots.
                let folder = services.home.build(record.id)
                let progress = await reading.run { try? BuildReader.progress(of: folder) }
                build.currentPhase = progress?.currentPhase ?? build.currentPhase
            }
            builds.append(build)
        }
        return builds
    }

    private func whole(_ record: BuildRecord) async -> Build {
        var build = await reading.run { [services] in BuildView.makeWhole(record, home: services.home) }
        if record.state.isTerminal { build.removal = await removal(ofBuild: record.id) }
        if record.state == .queued { build.statusReason = await services.engine.waitReason(record.id) }
        return build
    }

    /// The build that people mean by an id, the beginning of a UUID, `PROJECT#NUMBER`, a project's name or `latest`.
    private func find(_ name: String) async throws(ControlFailure) -> BuildRecord {
        let found = try await Self.journalled { () throws(JournalError) in
            try await services.journal.use { journal throws(JournalError) in try BuildName.find(name, in: journal) }
        }
        switch found.count {
        case 1: return found[0]
        case 0:
            if let removed = try await removedBuild(name) { throw removed }
            throw ControlFailure(.notFound, "there is no build `\(name)`; `nacre list` shows what there is")
        default:
            let names = found.map { Self.label($0) + " (" + $0.id.uuid + ")" }.joined(separator: ", ")
            throw ControlFailure(.invalid, "`\(name)` may be any of \(names); write more of it")
        }
    }

    // MARK: - Batches

    /// The batch that people mean, where no build has that name.
    private func findBatch(_ name: String) async throws(ControlFailure) -> BatchRecord? {
        let found = try await Self.journalled { () throws(JournalError) in
            try await services.journal.use { journal throws(JournalError) -> [BatchRecord] in
                try BuildName.find(name, in: journal).isEmpty ? try BuildName.findBatches(name, in: journal) : []
            }
        }
        if found.count > 1 {
            let names = found.map { BatchView.label($0) + " (" + $0.id.uuid + ")" }.joined(separator: ", ")
            throw ControlFailure(.invalid, "`\(name)` may be any of \(names); write more of it")
        }
        return found.first
    }

    private func show(_ batch: BatchRecord) async throws(ControlFailure) -> ControlAnswer {
        let (record, builds) = try await Self.journalled { () throws(JournalError) in
            try await services.journal.use { journal throws(JournalError) in
                (try journal.batch(batch.id) ?? batch, try journal.builds(ofBatch: batch.id))
            }
        }
        let view = await reading.run { [services] in BatchView.make(record, builds, home: services.home) }
        return .batch(view.batch, builds: view.builds)
    }

    private func stop(_ batch: BatchRecord) async throws(ControlFailure) -> ControlAnswer {
        let isStopping = try await Self.journalled { () throws(JournalError) in
            try await services.engine.stopBatch(batch.id, by: connection.peer.user)
        }
        guard isStopping else {
            throw ControlFailure(
                .conflict,
                "batch \(BatchView.label(batch)) is over already: \(batch.status.rawValue)"
            )
        }
        return try await show(batch)
    }

    private func batchHasNoLog(_ name: String) async throws(ControlFailure) -> ControlFailure {
        guard let batch = try await findBatch(name) else { return ControlFailure(.notFound, "there is no `\(name)`") }
        let builds = try await Self.journalled { () throws(JournalError) in
            try await services.journal.use { journal throws(JournalError) in try journal.builds(ofBatch: batch.id) }
        }
        let names = builds.map { "\(Self.label($0)) [\(BatchProgress.identifier(of: $0) ?? "")]" }
        let list = names.isEmpty ? "it has none yet" : names.joined(separator: ", ")
        return ControlFailure(.invalid, "\(BatchView.label(batch)) is a batch; name one of its builds: \(list)")
    }

    private func stream(_ record: BuildRecord, _ path: String, follows: Bool) async throws(ControlFailure) {
        try await sendOrFail(.stream(build: await whole(record)))
        let end = follows ? await services.engine.end(of: record.id) : nil
        do throws(FileStream.Failure) {
            try await FileStream(path: path, growth: services.growth).copy(to: connection, until: end)
        } catch {
            guard case .unreadable(let error) = error else { return }
            services.log.write(.error, "Log cannot be read", ["build": record.id.description, "error": "\(error)"])
        }
    }

    func sendOrFail(_ answer: ControlAnswer) async throws(ControlFailure) {
        do throws(FileError) {
            try await send(answer)
        } catch {
            throw ControlFailure(.unreachable, "the client has gone")
        }
    }

    private func send(_ answer: ControlAnswer) async throws(FileError) {
        guard let bytes = try? JSONText.encode(answer) else { return }
        try await connection.write(bytes + [UInt8(ascii: "\n")])
    }

    static func label(_ record: BuildRecord) -> String { "\(record.id.project)#\(record.number)" }

    /// Tells a client of a failure of the journal.
    static func journalled<Value: Sendable>(
        _ body: () async throws(JournalError) -> Value
    ) async throws(ControlFailure) -> Value {
        do throws(JournalError) {
            return try await body()
        } catch {
            throw ControlFailure(error.code == .conflict ? .conflict : .fault, error.message)
        }
    }
}
