// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Metrics

/// What the daemon counts while it runs; all else is looked at when somebody asks.
final class DaemonMetrics: Sendable {
    private static let seconds: [Double] = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800]

    /// When the daemon began, in seconds since 1970.
    let startedAt = Double(time(nil))
    let queueWait = Histogram(
        "nacre_build_queue_wait_seconds",
        "How long builds waited for a slot.",
        bounds: DaemonMetrics.seconds
    )
    let buildDuration = Histogram(
        "nacre_build_duration_seconds",
        "How long builds ran, from their slot to their end.",
        bounds: DaemonMetrics.seconds
    )
    let watchOverflows = Counter(
        "nacre_watch_overflows_total",
        "How often the kernel dropped file events, so that all repositories were read again."
    )
    let polledRepositories = Counter(
        "nacre_watch_failures_total",
        "How often a repository could not be watched and was polled from then on."
    )
    let auditFailures = Counter(
        "nacre_audit_failures_total",
        "Entries that could not be written to the audit log."
    )

    /// Counts a build that has got its slot.
    func buildStarted(queuedAt: Int64, startedAt: Int64?) {
        guard let startedAt else { return }
        queueWait.observe(Double(max(0, startedAt - queuedAt)) / 1000)
    }

    /// Counts a build that has ended; one that never had a slot took no time.
    func buildEnded(startedAt: Int64?, endedAt: Int64) {
        guard let startedAt else { return }
        buildDuration.observe(Double(max(0, endedAt - startedAt)) / 1000)
    }

    var families: [MetricFamily] {
        [
            queueWait.family, buildDuration.family, watchOverflows.family, polledRepositories.family,
            auditFailures.family,
        ]
    }
}
