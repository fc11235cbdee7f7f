// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Control
internal import Environments
internal import Git
internal import Glibc
internal import Journals
internal import Metrics
internal import Pipelines
internal import Processes
internal import Repositories

/// The services of a daemon, made and tied to each other; nothing goes on in them before they are told to.
struct DaemonServices: Sendable {
    /// All of them that requests are for.
    let requested: ControlSession.Services
    private let watcher: RepositoryWatcher
    private let events: AsyncStream<WatchEvent>
    private let metrics: DaemonMetrics
    private let log: DaemonLog

    /// - Throws: `badHome` when repositories cannot be watched.
    init(
        _ configuration: DaemonConfiguration,
        journal: JournalStore,
        artifacts: ArtifactStore,
        log: DaemonLog
    ) throws(DaemonError) {
        let home = configuration.home
        let metrics = DaemonMetrics()
        let settings = SettingsHolder(
            configuration.settings,
            jobs: configuration.jobs,
            cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            at: Timestamp.now().milliseconds / 1000
        )
        let audit = AuditTrail(folder: home.path, metrics: metrics, log: log)
        let threads = RepositoryThreads()
        let engine = Engine(
            home: home,
            jobs: settings.jobs,
            journal: journal,
            starter: BuildStarter(
                home: home,
                launcher: BuildLauncher(executable: configuration.supervisorProgram),
                artifacts: artifacts,
                machineEnvironment: MachineEnvironment.pick(from: ProcessEnvironment.current())
            ),
            collector: BuildCollector(home: home, artifacts: artifacts),
            refs: threads,
            log: log,
            metrics: metrics
        )
        let notifier = Notifier(
            journal: journal,
            sender: NotificationSender(folder: home.path, environment: ProcessEnvironment.current()),
            log: log
        )
        let pipelines = Self.pipelines(
            ActionProviders.Parts(
                home: home,
                journal: journal,
                artifacts: artifacts,
                engine: engine,
                refs: threads,
                log: log
            ),
            notifier
        )
        let intake = PushIntake(
            journal: journal,
            engine: engine,
            pipelines: pipelines,
            threads: threads,
            audit: audit,
            log: log
        )
        (watcher, events) = try Self.watcher()
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
            artifacts: artifacts,
            environments: EnvironmentStore(home.environments)
        )
        requested = ControlSession.Services(
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
            artifacts: artifacts,
            engine: engine,
            pipelines: pipelines,
            repositories: repositories,
            definitions: DefinitionService(
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
            ),
            views: Self.views(pipelines, stores, journal),
            notifier: notifier,
            intake: intake,
            retention: RetentionService(
                RetentionService.Parts(
                    home: home,
                    journal: journal,
                    artifacts: artifacts,
                    rules: configuration.settings.retentionRules,
                    reserveBytes: configuration.settings.reserve,
                    log: log
                )
            ),
            drain: DrainService(journal: journal, engine: engine, pipelines: pipelines, log: log),
            growth: GrowthWatch(),
            log: log
        )
        self.metrics = metrics
        self.log = log
    }

    // MARK: - Making

    private static func pipelines(
        _ parts: ActionProviders.Parts,
        _ notifier: Notifier
    ) -> PipelineService {
        PipelineService(
            PipelineService.Parts(
                journal: parts.journal,
                providers: ActionProviders.all(parts),
                pinning: ActionProviders.pinning(parts),
                refs: parts.refs,
                log: parts.log,
                buckets: BucketChanges(path: parts.home.buckets, artifacts: parts.artifacts),
                announce: { announcement throws(JournalError) in try await notifier.announce(announcement) },
                waitReason: { build in await parts.engine.waitReason(build) }
            )
        )
    }

    private static func views(
        _ pipelines: PipelineService,
        _ stores: DefinitionStores,
        _ journal: JournalStore
    ) -> PipelineViews {
        let sources = GitSources(journal: journal, refs: pipelines.parts.refs)
        let approvals = ApprovalViews(home: stores.home, artifacts: stores.artifacts) { action in
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

    private static func watcher() throws(DaemonError) -> (RepositoryWatcher, AsyncStream<WatchEvent>) {
        let (events, continuation) = AsyncStream<WatchEvent>.makeStream()
        do throws(RepositoriesError) {
            return (try RepositoryWatcher { continuation.yield($0) }, events)
        } catch {
            throw DaemonError(.badHome, "repositories cannot be watched: \(error)")
        }
    }

    // MARK: - Going on

    /// Takes up what an earlier daemon has left.
    func recover() async throws(JournalError) {
        try await requested.drain.resume()
        try await requested.engine.recover()
        // Before anything is announced: who does not know its targets yet tells nobody.
        try await requested.notifier.resume(requested.views.facts)
        try await requested.pipelines.recover()
        await requested.intake.apply(by: requested.definitions)
        // Before the pushes that came meanwhile are decided about.
        await requested.definitions.resume()
        try await requested.repositories.resume()
    }

    /// Reads the repositories in which something moves, until its task is cancelled.
    func watch() async {
        let intake = requested.intake
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

    /// Goes by settings that are read again, until its task is cancelled.
    func followSettings() async {
        for await changed in requested.settings.changes() {
            await requested.retention.set(changed.retentionRules, reserveBytes: changed.reserve)
        }
    }

    /// Lets what goes on come to a point where it can be left.
    func close() async {
        await requested.engine.drain()
        await requested.pipelines.drain()
        await requested.notifier.close()
        watcher.close()
    }
}
