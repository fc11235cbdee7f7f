// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Audits
internal import Builds
internal import Control
internal import ControlGroups
internal import Digests
internal import Dispatch
internal import Environments
internal import Files
internal import Git
internal import Glibc
internal import Journals
internal import Metrics
internal import Pipelines
internal import Processes
internal import Repositories
internal import Synchronization

/// The daemon: puts the services together, in order, and takes them down again.
package struct DaemonService {
    private let configuration: DaemonConfiguration
    private let log: DaemonLog

    package init(_ configuration: DaemonConfiguration, log: DaemonLog = DaemonLog()) {
        self.configuration = configuration
        self.log = log
    }

    /// Runs until SIGTERM or SIGINT.
    ///
    /// Builds that run then go on and are taken up by the next daemon.
    ///
    /// Call it on the main thread before any other has been started: it takes over the signals.
    package func run() throws(DaemonError) {
        SignalQueue.ignoreBrokenPipes()
        CoreDumps.forbid()
        StandardDescriptors.raiseLimit()
        MemoryUse.prepare()
        let manager = ServiceManager.take()
        if manager != nil { ControlGroup.leaveRoom() }
        // Checkouts and artifacts carry modes, which are not to depend on who has started the daemon; what is private is
        // made so by its own mode, in a home that only its owner can enter.
        _ = umask(0o022)
        let lock = try takeHome()
        let parts = try open()
        let done = DispatchSemaphore(value: 0)
        let outcome = Mutex<DaemonError?>(nil)
        // Ends with the daemon, which waits for it.
        Task {
            let failure = await serve(parts, manager)
            outcome.withLock { $0 = failure }
            done.signal()
        }
        // This is the main thread, which has nothing else to do.
        done.wait()
        parts.server.close()
        if let failure = outcome.withLock({ $0 }) { throw failure }
        let audit = AuditLog(in: configuration.home.path).head()?.text ?? "none"
        log.write(.notice, "Daemon has stopped", ["audit": audit])
        withExtendedLifetime(lock) {}
    }

    /// What must be had before anything can begin.
    private struct Parts: Sendable {
        let signals: SignalQueue
        let server: ControlServer
        let journal: JournalStore
        let artifacts: ArtifactStore
    }

    private func takeHome() throws(DaemonError) -> FileLock {
        let home = configuration.home
        do throws(FileError) {
            try Folder.make(home.path, mode: 0o700)
            try Folder.make(home.builds, mode: 0o700)
            if let lock = try FileLock.take(home.lock) {
                try lock.write("\(getpid())\n")
                return lock
            }
        } catch {
            throw unusable("\(error)")
        }
        let number = holder(of: home.lock).map { " (process \($0))" } ?? ""
        throw DaemonError(.homeTaken, "another daemon\(number) runs on \(home.path)")
    }

    /// The daemon that has a lock; nil when it does not say.
    private func holder(of lock: String) -> Int32? {
        for _ in 0..<100 {
            let bytes = (try? AtomicFile.read(lock, limit: 64)) ?? []
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first
            if let pid = line.flatMap({ Int32($0) }), ProcessIdentity(of: pid) != nil { return pid }
            // It has taken the lock just now, and the number in it is still that of the last one.
            usleep(10_000)
        }
        return nil
    }

    private func open() throws(DaemonError) -> Parts {
        let home = configuration.home
        let reserve = DiskReserve(home: home, wantedBytes: configuration.settings.reserve)
        reserve.releaseIfFull()
        // What an earlier daemon was at when it was killed; it is begun anew.
        try? Folder.remove(home.sources)
        do {
            return Parts(
                signals: try SignalQueue([SIGTERM, SIGINT, SIGHUP]),
                server: try ControlServer(path: home.socket),
                journal: try openJournal(reserve),
                artifacts: try ArtifactStore(home.artifacts)
            )
        } catch {
            throw unusable("\(error)")
        }
    }

    /// Opens the journal; a copy of it, which it makes before an upgrade, may need the space of the reserve.
    private func openJournal(_ reserve: DiskReserve) throws(JournalError) -> JournalStore {
        do throws(JournalError) {
            return try JournalStore(configuration.home)
        } catch {
            guard error.code == .diskFull, reserve.release() else { throw error }
            return try JournalStore(configuration.home)
        }
    }

    private func unusable(_ reason: String) -> DaemonError {
        DaemonError(.badHome, "the home \(configuration.home.path) cannot be used: \(reason)")
    }

    /// - Returns: why it could not serve; nil when it has been asked to stop.
    private func serve(_ parts: Parts, _ manager: ServiceManager?) async -> DaemonError? {
        let home = configuration.home
        let journal = parts.journal
        let settings = SettingsHolder(
            configuration.settings,
            jobs: configuration.jobs,
            cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            at: Timestamp.now().milliseconds / 1000
        )
        let metrics = DaemonMetrics()
        let threads = RepositoryThreads()
        let audit = AuditTrail(folder: home.path, metrics: metrics, log: log)
        let engine = Engine(
            home: home,
            jobs: settings.jobs,
            journal: journal,
            starter: BuildStarter(
                home: home,
                launcher: BuildLauncher(executable: configuration.supervisorProgram),
                artifacts: parts.artifacts,
                machineEnvironment: MachineEnvironment.pick(from: MachineEnvironment.current())
            ),
            collector: BuildCollector(home: home, artifacts: parts.artifacts),
            refs: threads,
            log: log,
            metrics: metrics
        )
        let notifier = Notifier(
            journal: journal,
            sender: NotificationSender(folder: home.path, environment: MachineEnvironment.current()),
            log: log
        )
        let pipelines = pipelines(parts, engine, notifier, threads)
        let intake = PushIntake(
            journal: journal,
            engine: engine,
            pipelines: pipelines,
            threads: threads,
            log: log
        )
        let (events, continuation) = AsyncStream<WatchEvent>.makeStream()
        let watcher: RepositoryWatcher
        do throws(RepositoriesError) {
            watcher = try RepositoryWatcher { continuation.yield($0) }
        } catch {
            return DaemonError(.badHome, "repositories cannot be watched: \(error)")
        }
        let repositories = RepositoryService(
            home: home,
            journal: journal,
            intake: intake,
            watcher: watcher,
            hookProgram: configuration.hookProgram,
            threads: threads,
            log: log
        )
        let stores = DefinitionStores(
            home: home,
            artifacts: parts.artifacts,
            environments: EnvironmentStore(home.environments, program: configuration.environmentProgram)
        )
        let definitions = DefinitionService(
            DefinitionService.Parts(
                home: home,
                journal: journal,
                pipelines: pipelines,
                repositories: repositories,
                refs: threads,
                stores: stores,
                notifier: notifier,
                log: log
            )
        )
        let views = views(parts, pipelines, stores)
        let caring = Task {
            await EnvironmentCare(environments: EnvironmentStore(home.environments), log: log).run()
        }
        let watching = Task { await watch(events, intake, metrics) }
        let drain = DrainService(journal: journal, engine: engine, pipelines: pipelines, log: log)
        do throws(JournalError) {
            try await drain.resume()
            try await engine.recover()
            // Before anything is announced: who does not know its targets yet tells nobody.
            try await notifier.resume(views.facts)
            try await pipelines.recover()
            await intake.apply(by: definitions)
            // Before the pushes that came meanwhile are decided about.
            await definitions.resume()
            try await repositories.resume()
        } catch {
            return DaemonError(.badHome, error.message)
        }
        let retention = RetentionService(
            RetentionService.Parts(
                home: home,
                journal: journal,
                artifacts: parts.artifacts,
                rules: configuration.settings.retentionRules,
                reserveBytes: configuration.settings.reserve,
                log: log
            )
        )
        let retaining = Task { await retention.run() }
        // Ends with the daemon, which tells of no more changes then.
        let ruling = Task {
            for await changed in settings.changes() {
                await retention.set(changed.retentionRules, reserveBytes: changed.reserve)
            }
        }
        let services = ControlSession.Services(
            home: home,
            settings: settings,
            audit: audit,
            collector: MetricsCollector(
                home: home,
                journal: journal,
                engine: engine,
                pipelines: pipelines,
                settings: settings,
                audit: audit,
                metrics: metrics
            ),
            journal: journal,
            artifacts: parts.artifacts,
            engine: engine,
            pipelines: pipelines,
            repositories: repositories,
            definitions: definitions,
            views: views,
            notifier: notifier,
            intake: intake,
            retention: retention,
            drain: drain,
            growth: GrowthWatch(),
            log: log
        )
        let serving = Task {
            await parts.server.run { connection in
                await ControlSession(services: services, connection: connection).serve()
            }
        }
        await audit.recordOwn("daemon.start", home.path, ["version": Version.text, "jobs": String(settings.jobs)])
        log.write(
            .notice,
            "Daemon is ready",
            [
                "home": home.path, "pid": String(getpid()), "jobs": String(settings.jobs), "version": Version.text,
                // Beyond the reach of whoever can write the home only.
                "audit": audit.head ?? "none",
            ]
        )
        let life = LifeSign(home: home, journal: journal, engine: engine, pipelines: pipelines)
        let reporter = ServiceReporter(manager: manager, engine: engine, life: life, log: log)
        await reporter.ready()
        let reporting = Task { await reporter.run() }
        let reload = SettingsReload(home: home, holder: settings, engine: engine, log: log)
        while true {
            await Readiness.wait(parts.signals.descriptor, .reading)
            guard let signal = parts.signals.next() else { continue }
            if signal == SIGHUP {
                await reporter.reloading()
                let isGood = await reload.run()
                await audit.recordOwn("settings.reload", home.settings, ["taken": String(isGood)])
                await reporter.ready()
                continue
            }
            log.write(.notice, "Daemon is stopping", ["signal": String(signal)])
            break
        }
        await reporter.stopping()
        // Whoever comes now is told at once that nobody is here; those who are here are told that builds go on.
        parts.server.close()
        await engine.drain()
        await pipelines.drain()
        await notifier.close()
        watcher.close()
        serving.cancel()
        watching.cancel()
        caring.cancel()
        reporting.cancel()
        retaining.cancel()
        ruling.cancel()
        // Who asks twice does not wait for the last answers; nothing is lost by it.
        let impatience = Task {
            while !Task.isCancelled {
                await Readiness.wait(parts.signals.descriptor, .reading)
                if let signal = parts.signals.next(), signal != SIGHUP, !Task.isCancelled { _exit(0) }
            }
        }
        await serving.value
        await audit.recordOwn("daemon.stop", home.path)
        impatience.cancel()
        return nil
    }

    private func pipelines(
        _ parts: Parts,
        _ engine: Engine,
        _ notifier: Notifier,
        _ threads: RepositoryThreads
    ) -> PipelineService {
        let made = ActionProviders.Parts(
            home: configuration.home,
            journal: parts.journal,
            artifacts: parts.artifacts,
            engine: engine,
            refs: threads,
            log: log
        )
        return PipelineService(
            PipelineService.Parts(
                journal: parts.journal,
                providers: ActionProviders.all(made),
                pinning: ActionProviders.pinning(made),
                refs: threads,
                log: log,
                buckets: BucketChanges(path: configuration.home.buckets, artifacts: parts.artifacts),
                announce: { announcement throws(JournalError) in try await notifier.announce(announcement) },
                waitReason: { build in await engine.waitReason(build) }
            )
        )
    }

    private func views(_ parts: Parts, _ pipelines: PipelineService, _ stores: DefinitionStores) -> PipelineViews {
        let sources = GitSources(journal: parts.journal, refs: pipelines.parts.refs)
        let approvals = ApprovalViews(home: configuration.home, artifacts: parts.artifacts) { action in
            let settings = GitSourceSettings(
                provider: action.type.provider,
                configuration: action.resolvedConfiguration.isEmpty
                    ? action.configuration : action.resolvedConfiguration
            )
            guard let settings else { return nil }
            return (try? await sources.repository(of: settings))?.path
        }
        return PipelineViews(pipelines: pipelines, approvals: approvals, stores: stores)
    }

    private func watch(_ events: AsyncStream<WatchEvent>, _ intake: PushIntake, _ metrics: DaemonMetrics) async {
        for await event in events {
            switch event {
            case .changed(let key), .appeared(let key), .vanished(let key):
                // Ends with the scan; the daemon's end leaves nothing half done, as a scan is one transaction.
                Task { await intake.scan(RepositoryID(rawValue: key.rawValue), origin: .watch) }
            case .overflow:
                metrics.watchOverflows.increment()
                log.write(.warning, "Watch events were lost, all repositories are read again")
                Task { await intake.scanAll() }
            case .polled(let key, let error):
                metrics.polledRepositories.increment()
                log.write(
                    .warning,
                    "Repository is polled, as it cannot be watched",
                    ["repository": String(key.rawValue), "error": "\(error)"]
                )
            }
        }
    }
}
