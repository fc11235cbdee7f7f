// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Files
internal import Glibc
internal import Journals
internal import Metrics
internal import Pipelines
internal import WireWords

/// Asks each service for its numbers when somebody wants them.
struct MetricsCollector: Sendable {
    let home: Home
    let journal: JournalStore
    let engine: Engine
    let pipelines: PipelineService
    let settings: SettingsHolder
    let audit: AuditTrail
    let metrics: DaemonMetrics
    let stored: StoredBytes
    private let thread = BlockingQueue(label: "nacre.metrics")

    init(
        home: Home,
        journal: JournalStore,
        engine: Engine,
        pipelines: PipelineService,
        settings: SettingsHolder,
        audit: AuditTrail,
        metrics: DaemonMetrics
    ) {
        self.home = home
        self.journal = journal
        self.engine = engine
        self.pipelines = pipelines
        self.settings = settings
        self.audit = audit
        self.metrics = metrics
        stored = StoredBytes(home: home)
    }

    /// Everything, in Prometheus's text format.
    func text() async throws(JournalError) -> String {
        let version = MetricSample(1, labels: [MetricLabel("version", Version.text)])
        var families = [MetricFamily(.gauge, "nacre_build_info", "Which Nacre this is.", [version])]
        families += try await work()
        families += metrics.families
        families += await state()
        families += await thread.run { [metrics] in ProcessNumbers.families(startedAt: metrics.startedAt) }
        return MetricsText.text(families)
    }

    // MARK: - Work

    private func work() async throws(JournalError) -> [MetricFamily] {
        let (totals, inProgress, repositories) = try await journal.use { journal throws(JournalError) in
            (try journal.totals(), try journal.executionsInProgress(), try journal.repositoryCounts())
        }
        let load = await engine.load
        let builds = BuildStatus.allCases.filter { $0 != .inProgress }.map(\.rawValue)
        let executions = ExecutionStatus.allCases.filter(\.isOver).map(\.rawValue)
        let origins = ChangeOrigin.allCases.map(\.rawValue)
        let approvals = await waitingApprovals(Array(inProgress.keys))
        return [
            Self.counters("nacre_builds_total", "Builds that have ended.", "status", builds, totals.builds),
            MetricFamily(.gauge, "nacre_builds_running", "Builds that run.", Double(load.running)),
            MetricFamily(.gauge, "nacre_builds_queued", "Builds that wait for a slot.", Double(load.waiting)),
            MetricFamily(.gauge, "nacre_build_slots", "How many builds may run at once.", Double(load.limit)),
            Self.counters(
                "nacre_executions_total",
                "Executions of pipelines that have ended; one that is retried ends again.",
                "status",
                executions,
                totals.executions
            ),
            MetricFamily(
                .gauge,
                "nacre_executions_running",
                "Executions of pipelines that are not over.",
                Double(inProgress.values.reduce(0, +))
            ),
            MetricFamily(.gauge, "nacre_approvals_waiting", "Approvals that wait for a person.", Double(approvals)),
            Self.counters(
                "nacre_changes_total",
                "Moves of refs that were noticed, by git's hook, by watching, or at the daemon's start.",
                "origin",
                origins,
                totals.changes
            ),
            MetricFamily(.gauge, "nacre_repositories", "Repositories that are registered.", Double(repositories.all)),
            MetricFamily(
                .gauge,
                "nacre_repositories_unreadable",
                "Repositories that cannot be read.",
                Double(repositories.bad)
            ),
        ]
    }

    private static func counters(
        _ name: String,
        _ help: String,
        _ label: String,
        _ known: [String],
        _ counts: [String: Int64]
    ) -> MetricFamily {
        let samples = Set(known).union(counts.keys).sorted().map { value in
            MetricSample(Double(counts[value] ?? 0), labels: [MetricLabel(label, value)])
        }
        return MetricFamily(.counter, name, help, samples)
    }

    private func waitingApprovals(_ names: [String]) async -> Int {
        var count = 0
        for name in names {
            guard let machine = try? await pipelines.machine(name) else { continue }
            for execution in machine.executions.values where !execution.status.isOver {
                count += execution.stages.reduce(0) { $0 + $1.actions.count(where: \.isWaitingApproval) }
            }
        }
        return count
    }

    // MARK: - State

    private func state() async -> [MetricFamily] {
        let stored = await stored.now()
        let reload = settings.lastReload
        let record = audit.head?.split(separator: ":").first.flatMap { Double($0) }
        let disk = await thread.run { [home] in Self.disk(home) }
        return [
            MetricFamily(.gauge, "nacre_journal_bytes", "The journal with its write-ahead log.", disk.journal),
            MetricFamily(.gauge, "nacre_artifact_bytes", "All stored artifacts.", Double(stored.artifacts)),
            MetricFamily(.gauge, "nacre_log_bytes", "The logs of all builds.", Double(stored.logs)),
            MetricFamily(.gauge, "nacre_home_free_bytes", "What is free of the home's file system.", disk.free),
            MetricFamily(.gauge, "nacre_home_size_bytes", "The size of the home's file system.", disk.size),
            MetricFamily(
                .gauge,
                "nacre_config_last_reload_successful",
                "Whether the configuration file was good when it was last read.",
                reload.isGood ? 1 : 0
            ),
            MetricFamily(
                .gauge,
                "nacre_config_last_reload_success_timestamp_seconds",
                "When it was last taken over, since 1970.",
                Double(reload.takenAt)
            ),
            MetricFamily(.counter, "nacre_audit_records_total", "Records in the audit log.", record),
        ]
    }

    /// What cannot be looked at is nil: 0 would be a lie.
    private static func disk(_ home: Home) -> (journal: Double?, free: Double?, size: Double?) {
        let journal = size(home.database).map { $0 + (size("\(home.database)-wal") ?? 0) }
        var volume = statvfs()
        guard unsafe statvfs(home.path, &volume) == 0 else { return (journal, nil, nil) }
        let block = Double(volume.f_frsize)
        return (journal, Double(volume.f_bavail) * block, Double(volume.f_blocks) * block)
    }

    private static func size(_ path: String) -> Double? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Double(status.st_size) : nil
    }
}
