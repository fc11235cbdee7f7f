// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Files
internal import Glibc
internal import JSON
internal import Journals
internal import Processes
internal import WireWords

/// Runs the journalled builds: decides by `BuildQueue`, acts by `BuildStarter` and `BuildCollector`.
///
/// What it does follows from the journal alone, so that a daemon that starts after a crash goes on where the last one was.
actor Engine {
    /// How often, a second apart, a folder is tried that the disk does not give.
    private static let readingAttempts = 60

    private let home: Home
    let journal: JournalStore
    let starter: BuildStarter
    private let collector: BuildCollector
    let log: DaemonLog
    private let metrics: DaemonMetrics
    private var queue: BuildQueue
    /// One thread for each build that may run, for the blocking parts of its beginning and end.
    private var idleThreads: [BlockingQueue]
    private let cleaning = BlockingQueue(label: "nacre.cleaning")
    /// For reading the buildspecs of batches that pushes have begun.
    let refs: RepositoryThreads
    /// For reading those of batches of actions.
    let planning = BlockingQueue(label: "nacre.batches")
    private var live: [BuildID: SupervisedProcess] = [:]
    /// The builds that are to end, each with the signal that tells its supervisor so.
    private var stopping: [BuildID: Int32] = [:]
    /// What ends the filling of workspaces.
    private var starting: [BuildID: StopFlag] = [:]
    var watchers: [BuildID: [AsyncStream<Void>.Continuation]] = [:]
    private var loadFollowers: [AsyncStream<Void>.Continuation] = []
    var clockWatch = ClockWatch()
    /// By how much the date was set that is not on record yet.
    var clockMove: Int64 = 0
    var waits = QueueWaits()
    /// Wakes when a wait is over.
    var alarm: Task<Void, Never>?
    /// When it does so, by the machine's uptime.
    var wakeAt: Int64?

    init(
        home: Home,
        jobs: Int,
        journal: JournalStore,
        starter: BuildStarter,
        collector: BuildCollector,
        refs: RepositoryThreads = RepositoryThreads(),
        log: DaemonLog,
        metrics: DaemonMetrics = DaemonMetrics()
    ) {
        self.home = home
        self.journal = journal
        self.starter = starter
        self.collector = collector
        self.refs = refs
        self.log = log
        self.metrics = metrics
        queue = BuildQueue(limit: jobs)
        // One build may begin while the thread of one that has just ended is still at it.
        idleThreads = (0..<(jobs + 1)).map { BlockingQueue(label: "nacre.build.\($0)") }
    }

    // MARK: - In

    /// Takes up what an earlier daemon left: adopts builds that run, collects those that have ended, queues those that wait.
    func recover() async throws(JournalError) {
        try await resumeClock()
        let unfinished = try await journal.use { journal throws(JournalError) in try journal.unfinishedBuilds() }
        for record in unfinished {
            if record.state == .queued {
                submit(record)
                continue
            }
            _ = queue.apply(.adopted(BuildQueue.Entry(record)))
            log.write(.notice, "Build is taken up again", ["build": record.id.description])
            spawn(record, isNew: false)
        }
        let batches = try await journal.use { journal throws(JournalError) in try journal.unfinishedBatches() }
        for batch in batches { spawnAdvance(batch.id) }
        // Ends by itself, and nobody waits for it: what is not to be kept goes while builds run again.
        Task { await sweep() }
    }

    /// Removes what an earlier daemon could not remove any more, and what is too old to be kept.
    private func sweep() async {
        for name in await cleaning.run({ [collector] in collector.leftBehind() }) {
            let found = try? await journal.use { journal throws(JournalError) in
                try journal.builds(uuidPrefix: name, limit: 1)
            }
            guard let record = found?.first, record.state.isTerminal else { continue }
            await cleaning.run { [collector] in collector.cleanUp(record.id) }
        }
        await cleaning.run { [collector] in collector.prune() }
    }

    /// Journals what happened to refs, in one transaction, and starts or queues the builds that follow.
    func record(
        _ changes: [(notice: ChangeNotice, intent: ChangeIntent)]
    ) async throws(JournalError) -> [RecordedChange] {
        await noticeClockMoves()
        // Kept while the journal writes, so that a build with a free slot needs one commit and not two.
        let slots = min(queue.freeSlots, changes.count)
        perform(queue.apply(.reserved(slots)))
        let now = Timestamp.now().milliseconds
        let recorded: [RecordedChange]
        do throws(JournalError) {
            recorded = try await journal.use { journal throws(JournalError) in
                try journal.record(changes, freeSlots: slots, at: now)
            }
        } catch {
            perform(queue.apply(.released(slots)))
            throw error
        }
        var effects: [BuildQueue.Effect] = []
        for change in recorded where change.verdict == .recorded {
            if let batch = change.batch {
                log.write(.notice, "Batch is begun", ["batch": batch.id.description, "ref": batch.ref])
                spawnAdvance(batch.id)
            }
            guard let build = change.build else { continue }
            log.write(
                .notice,
                "Build is queued",
                ["build": build.id.description, "ref": build.ref, "commit": build.commit, "by": build.initiator]
            )
            if build.state == .queued {
                limitWait(of: build)
                effects += queue.apply(.submitted(BuildQueue.Entry(build)))
            } else {
                effects += queue.apply(.adopted(BuildQueue.Entry(build)))
                metrics.buildStarted(queuedAt: build.queuedAt, startedAt: build.startedAt)
                spawn(build, isNew: true)
            }
        }
        effects += queue.apply(.released(slots))
        perform(effects)
        return recorded
    }

    /// Ends a build that waits or runs.
    ///
    /// * `killsAgain`: whether one that is to end already is killed at once.
    ///
    /// - Returns: false when it was over already.
    func stop(_ id: BuildID, by user: String, killsAgain: Bool = false) async throws(JournalError) -> Bool {
        let now = Timestamp.now().milliseconds
        let record: BuildRecord?
        do throws(JournalError) {
            record = try await journal.use { journal throws(JournalError) in
                try journal.requestStop(id, by: user, at: now)
            }
        } catch {
            // The build that fills the disk must be stoppable all the same.
            guard live[id] != nil || starting[id] != nil else { throw error }
            log.write(.error, "Build's stop cannot be journalled", ["build": id.description, "error": "\(error)"])
            signalStop(id, killsAgain: killsAgain)
            return true
        }
        guard let record else { return false }
        log.write(.notice, "Build is to stop", ["build": id.description, "user": user])
        if record.state == .finished {
            ended(id)
            advanceBatch(of: record)
        } else {
            signalStop(id, killsAgain: killsAgain)
        }
        return true
    }

    private func signalStop(_ id: BuildID, killsAgain: Bool) {
        let signal = killsAgain && stopping[id] != nil ? SIGINT : stopping[id] ?? SIGTERM
        stopping[id] = signal
        // One whose supervisor is being started is stopped as soon as that is there.
        live[id]?.signal(signal)
        starting[id]?.set()
    }

    /// Starts nothing until it is taken back; what has waited is started then.
    func hold(_ isHeld: Bool) {
        perform(queue.apply(.held(isHeld)))
    }

    /// Starts nothing more; builds that run go on without this daemon.
    func drain() {
        perform(queue.apply(.draining))
    }

    /// From now on so many builds run at once; those that run go on.
    func setLimit(_ jobs: Int) {
        perform(queue.apply(.limited(jobs)))
    }

    // MARK: - Out

    /// How many builds run and wait.
    var load: (running: Int, waiting: Int, limit: Int) { (queue.running.count, queue.waiting.count, queue.limit) }

    /// Whether the daemon is stopping.
    var isDraining: Bool { queue.isDraining }

    /// Says at once, and each time that `load` may have changed; several changes may be one.
    func loadChanges() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        loadFollowers.append(continuation)
        return stream
    }

    /// Why a build waits, in one sentence; nil when it does not.
    func waitReason(_ id: BuildID) -> String? {
        queue.reason(for: id.description)
    }

    /// Why builds wait, for those of them that do.
    func waitReasons(_ ids: [BuildID]) -> [String: String] {
        queue.reasons(for: Set(ids.map(\.description)))
    }

    /// A stream that ends when the build does: at once when it is over.
    func end(of id: BuildID) async -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        watchers[id, default: []].append(continuation)
        do throws(JournalError) {
            let record = try await journal.use { journal throws(JournalError) in try journal.build(id) }
            if record?.state.isTerminal ?? true { finishWatchers(id) }
        } catch {
            // A journal that cannot be read at this moment says nothing of the build, whose end is told when it comes.
        }
        return stream
    }

    // MARK: - Doing

    private func perform(_ effects: [BuildQueue.Effect]) {
        for follower in loadFollowers { follower.yield() }
        for effect in effects {
            switch effect {
            case .start(let entry):
                guard let id = BuildID(entry.id) else { continue }
                // It ends with the build, or with the daemon, which leaves builds running.
                Task { await startQueued(id) }
            }
        }
    }

    func submit(_ record: BuildRecord) {
        limitWait(of: record)
        perform(queue.apply(.submitted(BuildQueue.Entry(record))))
    }

    private func spawn(_ record: BuildRecord, isNew: Bool) {
        // It ends with the build, or with the daemon, which leaves builds running.
        Task { await run(record, isNew: isNew) }
    }

    private func startQueued(_ id: BuildID) async {
        waits.remove(id)
        await noticeClockMoves()
        let record = await journalled("Build's start", id) { journal throws(JournalError) in
            // Nil: it was stopped while it waited.
            try journal.start(id, at: Timestamp.now().milliseconds)
        }
        guard let record else { return ended(id) }
        metrics.buildStarted(queuedAt: record.queuedAt, startedAt: record.startedAt)
        await run(record, isNew: true)
    }

    /// Sees one build through, from its start or from where an earlier daemon left it.
    ///
    /// * `isNew`: whether it was this daemon that has given the build its slot, just now, so that nobody has begun it.
    private func run(_ record: BuildRecord, isNew: Bool) async {
        let id = record.id
        let thread = takeThread()
        if record.stopRequestedBy != nil { stopping[id] = SIGTERM }
        do throws(BuildStarter.Failure) {
            // The next daemon finds the build's folder as it is.
            guard let isSeen = try await supervise(record, isNew: isNew, thread) else { return }
            // The slot is free: the next build begins while this one's results are taken up.
            perform(queue.apply(.ended(id: id.description)))
            guard let collected = await collect(record, isUnseen: !isSeen, thread) else { return }
            await finish(record, collected.build, reason: collected.reason, files: collected.files)
        } catch {
            await finish(record, BuildView.unstarted(record, error), reason: nil)
        }
        idleThreads.append(thread)
        ended(id)
        advanceBatch(of: record)
        let isIdle = queue.running.isEmpty
        await cleaning.run { [collector] in
            collector.cleanUp(id)
            if isIdle { MemoryUse.release() }
        }
    }

    /// Brings a build to the end of its supervisor, started by this daemon or by an earlier one.
    /// - Returns: whether it was this daemon that saw the end; nil when the daemon stops before it could tell.
    private func supervise(
        _ record: BuildRecord,
        isNew: Bool,
        _ thread: BlockingQueue
    ) async throws(BuildStarter.Failure) -> Bool? {
        let id = record.id
        let folder = home.build(id)
        // An earlier daemon may have started a supervisor and ended before it let it begin: that one ends by itself, and
        // the build is started again.
        var isSeen = false
        while !isNew {
            let standing = await reading(id, thread) { () throws(FileError) in try BuildReader.standing(of: folder) }
            // What nobody can read has begun, for all we know; whoever collects it says so.
            guard case .success(let standing)? = standing else { return standing == nil ? nil : isSeen }
            if standing == .notStarted { break }
            guard standing == .running else { return isSeen }
            guard let process = await adopt(id, thread) else { continue }
            await wait(for: process, of: id)
            isSeen = true
        }
        if stopping[id] != nil { throw .stopped }
        let flag = StopFlag()
        starting[id] = flag
        defer { starting[id] = nil }
        let order = try await BuildStarter.Order.read(record, from: journal) { flag.isSet }
        let process = try await thread.run { [starter] () throws(BuildStarter.Failure) in try starter.start(order) }
        await wait(for: process, of: id)
        return true
    }

    /// Takes up what an ended supervisor has left.
    /// - Returns: nil when the daemon stops before it could.
    private func collect(
        _ record: BuildRecord,
        isUnseen: Bool,
        _ thread: BlockingQueue
    ) async -> BuildCollector.Collected? {
        let blank = BuildView.make(record)
        let isDoubtful = isUnseen || SettingsText.read(record.settings).isIsolated
        let collected = await reading(record.id, thread) { [collector] () throws(FileError) in
            try collector.collect(record.id, otherwise: blank, isDoubtful: isDoubtful)
        }
        switch collected {
        case .success(let collected)?: return collected
        case .failure(let error)?: return collector.unreadable(error, otherwise: blank)
        case nil: return nil
        }
    }

    /// Looks at a build's folder, again and again while that cannot be done: it says nothing about how the build has ended.
    ///
    /// - Returns: what was found, or why it cannot be read for good; nil when the daemon stops before it could.
    private func reading<Value: Sendable>(
        _ id: BuildID,
        _ thread: BlockingQueue,
        _ body: @escaping @Sendable () throws(FileError) -> Value
    ) async -> Result<Value, FileError>? {
        var attempts = 0
        while true {
            do throws(FileError) {
                return .success(try await thread.run(body))
            } catch {
                if attempts == 0 {
                    log.write(
                        .error,
                        "Build's folder cannot be read yet",
                        ["build": id.description, "error": "\(error)"]
                    )
                }
                attempts += 1
                if queue.isDraining { return nil }
                if attempts == Self.readingAttempts, !error.isShortage { return .failure(error) }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func wait(for process: SupervisedProcess, of id: BuildID) async {
        live[id] = process
        if let signal = stopping[id] { process.signal(signal) }
        await Readiness.wait(process.handle, .reading)
        process.reap()
        live[id] = nil
    }

    /// The supervisor that an earlier daemon started; nil when it has ended.
    private func adopt(_ id: BuildID, _ thread: BlockingQueue) async -> SupervisedProcess? {
        let folder = home.build(id)
        return await thread.run {
            // A supervisor that holds its lock has written its name into it, or is just about to.
            while FileLock.isHeld(folder.lock) {
                let text = (try? ForeignFile.read(folder.lock, limit: 1024)) ?? []
                // The build can write there, too: nobody else is to be waited for, or signalled, because of that.
                if let process = ProcessIdentity(text: String(decoding: text, as: UTF8.self)),
                    process.hasOpen(folder.lock), let handle = process.open()
                {
                    return SupervisedProcess(handle)
                }
                usleep(10_000)
            }
            return nil
        }
    }

    private func finish(
        _ record: BuildRecord,
        _ build: Build,
        reason: String?,
        files: KeptFiles? = nil
    ) async {
        var build = build
        var reason = reason
        if build.buildStatus == .stopped {
            let now = try? await journal.use { journal throws(JournalError) in try journal.build(record.id) }
            reason = now?.stopRequestedBy.map { "stopped by \($0)" } ?? reason
        }
        reason = reason ?? build.statusReason
        build.statusReason = reason
        let status = build.buildStatus
        Self.settleTries(of: record, &build)
        // Whoever stops a build does not want the next attempt.
        let retry = stopping[record.id] != nil ? nil : Self.retry(of: record, &build)
        let text = String(decoding: JSONText.encode(build), as: UTF8.self)
        let end = (build.endTime ?? .now()).milliseconds
        let journalled = await journalled("Build's end", record.id) { [reason] journal throws(JournalError) in
            try journal.finish(
                record.id,
                status,
                reason: reason,
                result: text,
                files: files,
                retry: retry,
                at: end
            )
        }
        guard let journalled else { return }
        metrics.buildEnded(startedAt: record.startedAt, endedAt: end)
        log.write(.notice, "Build has ended", ["build": record.id.description, "status": status.rawValue])
        guard let next = journalled.retry else { return }
        log.write(.notice, "Build is tried again", ["build": record.id.description, "as": next.id.description])
        submit(next)
    }

    /// Which try a build was, and what comes before and after it, is the journal's to say, whatever the build says of itself.
    private static func settleTries(of record: BuildRecord, _ build: inout Build) {
        guard let said = build.autoRetryConfig else { return }
        build.autoRetryConfig = Build.AutoRetryConfig(
            autoRetryLimit: said.autoRetryLimit,
            autoRetryNumber: Int(record.attempt),
            previousAutoRetry: record.retryOf.flatMap(BuildID.init)?.arn(region: AWSName.region)
        )
        build.autoRetryConfig?.isRetryRequested = said.isRetryRequested
    }

    /// The build that follows one that asks to be tried again; nil when none does.
    private static func retry(of record: BuildRecord, _ build: inout Build) -> BuildDraft? {
        guard let config = build.autoRetryConfig, config.wantsRetry(after: Int(record.attempt)),
            build.buildStatus == .failed
        else { return nil }
        let draft = BuildDraft(retrying: record, as: BuildID.make(project: record.id.project))
        build.autoRetryConfig?.nextAutoRetry = draft.id.arn(region: AWSName.region)
        return draft
    }

    /// Writes to the journal, again and again while the disk is full or the file is busy: what has happened must be on record
    /// before anything follows from it.
    ///
    /// - Returns: nil when there was nothing to write, or when the daemon stops before it could: the next one finds the
    ///   build's folder as it is, and goes on from there.
    func journalled<Outcome: Sendable>(
        _ what: String,
        _ id: BuildID,
        _ body: @Sendable (Journal) throws(JournalError) -> Outcome?
    ) async -> Outcome? {
        var isTold = false
        while true {
            do throws(JournalError) {
                return try await journal.use(body)
            } catch {
                if !isTold {
                    log.write(
                        .error,
                        "\(what) cannot be journalled yet",
                        ["build": id.description, "error": "\(error)"]
                    )
                }
                isTold = true
                if queue.isDraining { return nil }
                // It may be this build's own workspace that fills the disk.
                if error.code == .diskFull { await cleaning.run { [collector] in collector.makeRoom(id) } }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Does what nobody would ask for again, until the journal takes it; the next daemon begins with what this one leaves.
    func insist(
        _ problem: String,
        _ about: (key: String, value: String),
        _ work: () async throws(JournalError) -> Void
    ) async {
        var isTold = false
        while true {
            do throws(JournalError) {
                return try await work()
            } catch {
                if !isTold { log.write(.error, problem, [about.key: about.value, "error": "\(error)"]) }
                isTold = true
                if queue.isDraining { return }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    func ended(_ id: BuildID) {
        waits.remove(id)
        stopping[id] = nil
        perform(queue.apply(.ended(id: id.description)))
        finishWatchers(id)
    }

    func finishWatchers(_ id: BuildID) {
        for continuation in watchers.removeValue(forKey: id) ?? [] { continuation.finish() }
    }

    private func takeThread() -> BlockingQueue {
        idleThreads.popLast() ?? BlockingQueue(label: "nacre.build.more")
    }
}
