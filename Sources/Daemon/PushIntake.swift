// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Builds
internal import Buildspecs
internal import Diagnostics
internal import Git
internal import JSON
internal import Journals
internal import Repositories
internal import WireWords

/// The one way in for pushes: whoever notices one, the hook or the watcher, it ends here, and the journal makes it one build.
actor PushIntake {
    /// What the hook told about one push.
    struct Push: Sendable {
        struct Update: Sendable {
            let ref: String
            let old: ObjectID
            let new: ObjectID
        }

        let updates: [Update]
        let options: PushOptions
        /// Who it is, as the kernel tells it.
        let pusher: AuditActor

        init(_ request: HookRequest, by pusher: AuditActor) {
            updates = request.updates.compactMap { update in
                // A name that is not UTF-8 cannot be watched, whatever the patterns say.
                update.ref.map { Update(ref: $0, old: update.old, new: update.new) }
            }
            options = PushOptions(request.options)
            self.pusher = pusher
        }
    }

    /// What came of a push, for the person who pushed.
    struct Answer: Sendable {
        var builds: [BuildRecord] = []
        var batches: [BatchRecord] = []
        /// Executions of pipelines, with the refs that they are of.
        var executions: [(ref: String, commit: String, execution: QueuedExecution)] = []
        /// Refs whose builds were not wanted.
        var skipped: [String] = []
        /// Refs whose move was noticed without the hook, so that what followed was begun without the push's options.
        var begunWithoutOptions: [String] = []
        /// Refs that had moved on when the push was told, so that it starts no pipeline.
        var overtaken: [String] = []
        /// What became of the definition that the push brings.
        var definition: [String] = []
        /// What is wrong with the pushed buildspecs.
        var problems: [Diagnostic] = []
        /// What keeps the batches from running.
        var batchProblems: [String] = []
    }

    /// How long a change in a repository with our hook waits for the hook's own message, which knows the push options: since
    /// the last event, as the hook comes after all of a push's refs have been moved.
    private static let hookPatience = Duration.seconds(2)
    /// How long it waits at the most, however many refs are moved.
    private static let hookPatienceAtMost = Duration.seconds(60)
    /// How many repositories are read at once.
    private static let scansAtOnce = 4
    /// After what time a repository with a problem is looked at again: what mends it need not be a change that is noticed.
    private static let secondLook = Duration.seconds(5)
    /// How long after a change could not be recorded it is tried again.
    private static let retryPause = Duration.seconds(1)

    private let journal: JournalStore
    private let engine: Engine
    private let pipelines: PipelineService
    let log: DaemonLog
    let threads: RepositoryThreads
    private let audit: AuditTrail
    private var repositories: [RepositoryID: RepositoryRecord] = [:]
    /// Those that wait for a hook's message, with when their last event came.
    private var patient: [RepositoryID: ContinuousClock.Instant] = [:]
    /// Those with a problem that are looked at again in a while.
    private var doubtful: Set<RepositoryID> = []
    /// Those whose changes could not be recorded and are looked for again.
    private var retrying: Set<RepositoryID> = []
    /// Where pushes that hooks have kept are being taken in.
    var takingKept: [RepositoryID: Task<Void, any Error>] = [:]
    /// Kept pushes that are recorded and cannot be removed.
    var keptForGood: [RepositoryID: Set<[UInt8]>] = [:]
    /// The branches, by repository, of which the log says that they are not watched.
    private var unnamed: [RepositoryID: [String]] = [:]
    /// Set when the daemon starts, before anything is taken in.
    private var definitions: DefinitionService?

    init(
        journal: JournalStore,
        engine: Engine,
        pipelines: PipelineService,
        threads: RepositoryThreads,
        audit: AuditTrail,
        log: DaemonLog
    ) {
        self.journal = journal
        self.engine = engine
        self.pipelines = pipelines
        self.threads = threads
        self.audit = audit
        self.log = log
    }

    /// From now on the repository's pushes are taken in.
    func add(_ repository: RepositoryRecord) {
        repositories[repository.id] = repository
    }

    /// Starts what has waited for a repository that is new here.
    func added(_ repository: RepositoryRecord) async {
        await pipelines.repositoryAdded(repository.name)
    }

    /// From now on they are not.
    func remove(_ id: RepositoryID) {
        repositories[id] = nil
    }

    /// The repository at a path, as a hook names it.
    func repository(atPath path: String) -> RepositoryRecord? {
        repositories.values.first { $0.path == path }
    }

    /// From now on the definitions that pushes bring are applied.
    func apply(by definitions: DefinitionService) {
        self.definitions = definitions
    }

    /// The refs of a repository that are watched, for its own sake and for that of pipelines and of its definition.
    func patterns(of name: String, branches: [String]) async throws(JournalError) -> BranchPatterns {
        let patterns = try await pipelines.watched(in: name, branches: branches)
        guard let ref = await definitions?.sourceRef(of: name), !patterns.contains(ref: ref.text) else {
            return patterns
        }
        return BranchPatterns(
            patterns.texts,
            alsoRefs: patterns.alsoRefs.union([ref]),
            isEverything: patterns.isEverything
        )
    }

    // MARK: - Scans

    /// Looks for changes in a repository, because something was seen there or because the daemon has just started.
    func scan(_ id: RepositoryID, origin: ChangeOrigin) async {
        guard let path = repositories[id]?.path else { return }
        if origin == .watch {
            // One push is many events.
            let isFirst = patient.updateValue(.now, forKey: id) == nil
            guard isFirst else { return }
            await waitForHook(id, at: path)
        }
        var overtaken = 0
        var isTold = false
        while let repository = repositories[id] {
            switch await scanOnce(repository, origin: origin) {
            case .done: return
            case .overtaken:
                // It is made again, and finds a later state.
                overtaken += 1
                if overtaken == 10 { return }
            case .failed(let reason):
                if !isTold {
                    isTold = true
                    log.write(
                        .error,
                        "Refs cannot be recorded yet",
                        ["repository": repository.name, "error": reason]
                    )
                }
                // As long as the disk is full, say; one that tries is enough, since it finds all there is.
                guard retrying.insert(id).inserted else { return }
                try? await Task.sleep(for: Self.retryPause)
                retrying.remove(id)
                if Task.isCancelled { return }
            }
        }
    }

    /// Returns when a repository's hook has had its time to speak, at once where it has none.
    ///
    /// If what was seen is a push, the hook follows; if it is not, or the hook cannot speak, the change is taken in without it.
    private func waitForHook(_ id: RepositoryID, at path: String) async {
        let first = ContinuousClock.now
        let isHooked = try? await threads.run(path, within: RepositoryThreads.readingLimit) {
            WatchedRefs.isHooked(path)
        }
        while isHooked == true, let last = patient[id], !Task.isCancelled {
            let end = min(last + Self.hookPatience, first + Self.hookPatienceAtMost)
            if end <= .now { break }
            try? await Task.sleep(until: end, clock: .continuous)
        }
        patient[id] = nil
    }

    private enum ScanResult {
        case done
        /// Another notice came first.
        case overtaken
        /// What it found could not be recorded.
        case failed(String)
    }

    private func scanOnce(_ repository: RepositoryRecord, origin: ChangeOrigin) async -> ScanResult {
        do {
            try await takeKept(in: repository)
            let seen = try await journal.use { journal throws(JournalError) in try journal.lastSeenRefs(repository.id) }
            let patterns = try await patterns(of: repository.name, branches: repository.branches)
            let reading = try await threads.run(repository.path, within: RepositoryThreads.readingLimit) {
                try WatchedRefs.look(at: repository, patterns: patterns, since: seen)
            }
            if repository.problem != reading.problem { try await setProblem(repository, reading.problem) }
            if reading.problem != nil { lookAgain(at: repository.id) }
            noteUnnamed(reading.unnamed, in: repository)
            let notices = reading.changes.map { change in
                ChangeNotice(
                    repository: repository.id,
                    ref: change.ref,
                    old: change.old.hex,
                    new: change.new.hex,
                    origin: origin
                )
            }
            if notices.isEmpty { return .done }
            let (recorded, _) = try await record(notices, in: repository, initiator: "nacre", options: nil)
            return recorded.contains { $0.verdict == .overtaken } ? .overtaken : .done
        } catch let error as GitError {
            if repository.problem != "\(error)" { try? await setProblem(repository, "\(error)") }
            lookAgain(at: repository.id)
        } catch {
            return .failed("\(error)")
        }
        return .done
    }

    /// Says of branches that they are not watched, once.
    private func noteUnnamed(_ names: [String], in repository: RepositoryRecord) {
        guard unnamed.updateValue(names, forKey: repository.id) ?? [] != names, let first = names.first else { return }
        log.write(
            .warning,
            "Branches are not built, as their names are not UTF-8",
            ["repository": repository.name, "first": first, "count": String(names.count)]
        )
    }

    /// Scans a repository with a problem once more in a while, and again until it is good.
    private func lookAgain(at id: RepositoryID) {
        guard doubtful.insert(id).inserted else { return }
        // Ends with the scan; a daemon that ends meanwhile scans everything at its next start.
        Task {
            try? await Task.sleep(for: Self.secondLook)
            doubtful.remove(id)
            await scan(id, origin: .watch)
        }
    }

    private func setProblem(_ repository: RepositoryRecord, _ problem: String?) async throws(JournalError) {
        let id = repository.id
        let changed = try await journal.use { journal throws(JournalError) in try journal.setProblem(id, problem) }
        guard let changed, repositories[id] != nil else { return }
        repositories[id] = changed
        if let problem {
            log.write(.warning, "Repository cannot be read", ["repository": repository.name, "error": problem])
        } else {
            log.write(.notice, "Repository is good again", ["repository": repository.name])
            _ = await definitions?.lookAgain(in: repository)
        }
    }

    /// Looks for changes everywhere, in a few repositories at a time.
    ///
    /// Returns when that is done, or when the time is over; those that have not answered by then are scanned all the same.
    func scanAll(within limit: Duration? = nil) async {
        let ids = repositories.keys.sorted { $0.rawValue < $1.rawValue }
        // Ends with the scans, which are each done or not.
        let scanning = Task {
            await withTaskGroup(of: Void.self) { group in
                for (index, id) in ids.enumerated() {
                    if index >= Self.scansAtOnce { await group.next() }
                    group.addTask { await self.scan(id, origin: .start) }
                }
            }
        }
        guard let limit else { return await scanning.value }
        await scanning.end(within: limit)
    }

    // MARK: - Hooks

    /// Takes in what git's hook tells, after what hooks could not tell before.
    func take(_ push: Push, in repository: RepositoryRecord) async throws(JournalError) -> Answer {
        let path = repository.path
        let hasKept = try? await threads.run(path, within: RepositoryThreads.readingLimit) { KeptPushes.areIn(path) }
        // Where it fails, the push itself may still be recorded.
        if hasKept == true { try? await takeKept(in: repository) }
        return try await takeIn(push, in: repository)
    }

    /// Takes in one push, and puts it on record for audits.
    func takeIn(_ push: Push, in repository: RepositoryRecord) async throws(JournalError) -> Answer {
        let answer = try await answer(to: push, in: repository)
        audit.note(AuditedPush.entry(of: push, in: repository.name))
        return answer
    }

    private func answer(to push: Push, in repository: RepositoryRecord) async throws(JournalError) -> Answer {
        let patterns = try await patterns(of: repository.name, branches: repository.branches)
        let watched = push.updates.filter { patterns.contains(ref: $0.ref) }
        if watched.isEmpty { return Answer() }
        let names = watched.map(\.ref)
        let path = repository.path
        // Where it cannot be read, what the hook says counts where it continues from what is known.
        let present =
            (try? await threads.run(path, within: RepositoryThreads.readingLimit) {
                WatchedRefs.targets(of: names, in: repository)
            })
            ?? [:]
        let notices = watched.map { update in
            ChangeNotice(
                repository: repository.id,
                ref: update.ref,
                old: update.old.hex,
                new: update.new.hex,
                origin: .hook,
                isCurrent: present[RefName(update.ref)] ?? ObjectID.zero == update.new,
                pusher: push.pusher.user,
                options: push.options.texts
            )
        }
        let (recorded, definition) = try await record(
            notices,
            in: repository,
            initiator: push.pusher.user,
            options: push.options
        )
        var answer = Answer()
        answer.definition = definition?.lines ?? []
        for (change, update) in zip(recorded, watched) {
            if change.verdict == .claimed, push.options.hasEffects { answer.begunWithoutOptions.append(update.ref) }
            if change.verdict == .late { answer.overtaken.append(update.ref) }
            for execution in change.executions {
                answer.executions.append((ref: update.ref, commit: update.new.hex, execution: execution))
            }
            if let build = change.build {
                answer.builds.append(build)
            } else if let batch = change.batch {
                answer.batches.append(batch)
            } else if push.options.skips, !update.new.isZero {
                answer.skipped.append(update.ref)
            }
        }
        let commits = Set(answer.builds.map(\.commit))
        let batches = answer.batches
        let found = try? await threads.run(path, within: RepositoryThreads.readingLimit) {
            (
                PushedBuildspec.problems(of: commits, in: repository),
                PushedBuildspec.batchProblems(of: batches, in: repository)
            )
        }
        answer.problems = found?.0 ?? []
        answer.batchProblems = found?.1 ?? []
        return answer
    }

    // MARK: - Recording

    /// Journals moves of refs with what follows from them, and begins it.
    private func record(
        _ notices: [ChangeNotice],
        in repository: RepositoryRecord,
        initiator: String,
        options: PushOptions?
    ) async throws(JournalError) -> ([RecordedChange], DefinitionService.Pushed?) {
        // What is on record of a ref must not be ahead of what the disk has of it.
        let refs = notices.map(\.ref)
        try? await threads.run(repository.path, within: RepositoryThreads.readingLimit) {
            DurableRefs.sync(refs, of: repository.path)
        }
        // First, so that the push is decided about by what it brings; a crash in between makes it twice, to the same effect.
        let moves = notices.filter { $0.isCurrent && !(ObjectID(hex: $0.new)?.isZero ?? true) }.map { notice in
            DefinitionService.Move(ref: notice.ref, commit: notice.new)
        }
        let definition = await definitions?.refsMoved(in: repository, moves, by: initiator)
        let pushed = notices.map { notice in
            PipelineService.PushedRef(
                ref: notice.ref,
                old: ObjectID(hex: notice.old) ?? .zero,
                new: ObjectID(hex: notice.new) ?? .zero
            )
        }
        var consequences = try await pipelines.consequences(
            of: pushed,
            in: repository,
            coalesces: options?.coalesces ?? false
        )
        for index in consequences.indices {
            var drafts: [ExecutionDraft] = []
            // A tag moves no source: what it starts is never what the pipeline has begun with.
            let isBranch = pushed[index].ref.utf8.starts(with: "refs/heads/".utf8)
            for draft in consequences[index].drafts {
                if isBranch, try await pipelines.hasBegun(with: draft) { continue }
                drafts.append(draft)
            }
            consequences[index].drafts = drafts
        }
        let changes = zip(notices, consequences).map { notice, consequence in
            (notice, intent(for: notice, consequence, in: repository, initiator: initiator, options: options))
        }
        let recorded = try await engine.record(changes)
        let started = recorded.filter { $0.verdict == .recorded }.flatMap(\.executions)
        for execution in started {
            log.write(.notice, "Execution is queued", ["execution": execution.label, "by": initiator])
        }
        await pipelines.takePending(of: started.map(\.pipeline))
        return (recorded, definition)
    }

    private func intent(
        for notice: ChangeNotice,
        _ consequence: PipelineService.Consequence,
        in repository: RepositoryRecord,
        initiator: String,
        options: PushOptions?
    ) -> ChangeIntent {
        let isDeleted = ObjectID(hex: notice.new)?.isZero ?? true
        if options?.skips ?? false, !isDeleted { return .skip("push option nacre.skip") }
        if !consequence.drafts.isEmpty { return .executions(consequence.drafts) }
        if isDeleted { return .none("deleted") }
        if consequence.isSource { return .none("pipelineSource") }
        guard BranchPatterns(repository.branches).contains(ref: notice.ref) else { return .none("notWatched") }
        let variables = options?.variables.map { EnvironmentVariable(name: $0.name, value: $0.value) } ?? []
        let environment = String(decoding: JSONText.encode(variables), as: UTF8.self)
        var settings = repository.settings
        if options?.isDebug ?? false {
            var changed = SettingsText.read(settings)
            changed.isDebug = true
            settings = SettingsText.write(changed)
        }
        let build = BuildDraft(
            id: BuildID.make(project: repository.name),
            repository: repository.id,
            ref: notice.ref,
            commit: notice.new,
            previousCommit: notice.old,
            initiator: initiator,
            environment: environment,
            settings: settings
        )
        let isBatch = options?.isBatch ?? false || SettingsText.read(settings).isBatch ?? false
        return isBatch ? .batch(BatchDraft(build)) : .build(build)
    }
}
