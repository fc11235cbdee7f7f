// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Audits
internal import Control
internal import ControlGroups
internal import Dispatch
internal import Environments
internal import Files
internal import Glibc
internal import Journals
internal import Processes
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
        let all: DaemonServices
        do throws(DaemonError) {
            all = try DaemonServices(configuration, journal: parts.journal, artifacts: parts.artifacts, log: log)
        } catch {
            return error
        }
        let services = all.requested
        let care = EnvironmentCare(environments: EnvironmentStore(home.environments), log: log)
        // They end with the daemon.
        var tasks = [Task { await care.run() }, Task { await all.watch() }]
        do throws(JournalError) {
            try await all.recover()
        } catch {
            return DaemonError(.badHome, error.message)
        }
        tasks += [Task { await services.retention.run() }, Task { await all.followSettings() }]
        let serving = Task {
            await parts.server.run { connection in
                await ControlSession(services: services, connection: connection).serve()
            }
        }
        let jobs = String(services.settings.jobs)
        await services.audit.recordOwn("daemon.start", home.path, ["version": Version.text, "jobs": jobs])
        log.write(
            .notice,
            "Daemon is ready",
            [
                "home": home.path, "pid": String(getpid()), "jobs": jobs, "version": Version.text,
                // Beyond the reach of whoever can write the home only.
                "audit": services.audit.head ?? "none",
            ]
        )
        let life = LifeSign(home: home, journal: parts.journal, engine: services.engine, pipelines: services.pipelines)
        let reporter = ServiceReporter(manager: manager, engine: services.engine, life: life, log: log)
        await reporter.ready()
        MemoryUse.releaseCode()
        tasks.append(Task { await reporter.run() })
        await waitForStop(parts.signals, services, reporter)
        await reporter.stopping()
        // Whoever comes now is told at once that nobody is here; those who are here are told that builds go on.
        parts.server.close()
        await all.close()
        serving.cancel()
        for task in tasks { task.cancel() }
        // Who asks twice does not wait for the last answers; nothing is lost by it.
        let impatience = Task {
            while !Task.isCancelled {
                await Readiness.wait(parts.signals.descriptor, .reading)
                if let signal = parts.signals.next(), signal != SIGHUP, !Task.isCancelled { _exit(0) }
            }
        }
        await serving.value
        await services.audit.recordOwn("daemon.stop", home.path)
        impatience.cancel()
        return nil
    }

    /// Returns when the daemon is asked to stop; meanwhile it reads its settings again as often as it is told to.
    private func waitForStop(
        _ signals: SignalQueue,
        _ services: ControlSession.Services,
        _ reporter: ServiceReporter
    ) async {
        let home = configuration.home
        let reload = SettingsReload(home: home, holder: services.settings, engine: services.engine, log: log)
        while true {
            await Readiness.wait(signals.descriptor, .reading)
            guard let signal = signals.next() else { continue }
            if signal != SIGHUP {
                log.write(.notice, "Daemon is stopping", ["signal": String(signal)])
                return
            }
            await reporter.reloading()
            let isGood = await reload.run()
            await services.audit.recordOwn("settings.reload", home.settings, ["taken": String(isGood)])
            await reporter.ready()
        }
    }
}
