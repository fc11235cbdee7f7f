// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Dispatch
internal import Metrics
internal import Synchronization

/// The daemon's way to the audit log: what comes while the disk is busy is written together.
final class AuditTrail: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Void, AuditError>, Never>

    private struct State {
        var waiting: [(entry: AuditEntry, waiter: Waiter?)] = []
        /// Where the chain stood when the daemon wrote last: whoever takes the end and the head away does not take this.
        var head: AuditHead?
    }

    private let audit: AuditLog
    private let metrics: DaemonMetrics
    private let log: DaemonLog
    private let state = Mutex(State())
    private let thread = DispatchQueue(label: "nacre.audit")
    private static let daemon = AuditActor.current(.daemon)
    /// Pushes come in bursts, and each write waits for the disk that builds want, too.
    private static let noteDelay = DispatchTimeInterval.milliseconds(100)

    init(folder: String, metrics: DaemonMetrics, log: DaemonLog) {
        audit = AuditLog(in: folder)
        self.metrics = metrics
        self.log = log
    }

    /// Where the chain stands, `SEQUENCE:SUM`; nil where nothing is on record.
    var head: String? { audit.head()?.text }

    /// Returns when it is on record.
    func record(_ entry: AuditEntry) async throws(AuditError) {
        let result: Result<Void, AuditError> = await withCheckedContinuation { waiter in
            state.withLock { $0.waiting.append((entry, waiter)) }
            thread.async { @Sendable [self] in writeAll() }
        }
        try result.get()
    }

    /// As `record`, but a little later, for what has happened already: a failure is in the daemon's log.
    func note(_ entry: AuditEntry) {
        state.withLock { $0.waiting.append((entry, nil)) }
        thread.asyncAfter(deadline: .now() + Self.noteDelay) { @Sendable [self] in writeAll() }
    }

    /// What the daemon does by itself; returns when it is on record, or cannot be.
    func recordOwn(_ action: String, _ subject: String = "", _ details: [String: String] = [:]) async {
        try? await record(AuditEntry(Self.daemon, action, subject, details))
    }

    private func writeAll() {
        let (waiting, last) = state.withLock { state in
            defer { state.waiting = [] }
            return (state.waiting, state.head)
        }
        if waiting.isEmpty { return }
        var result = Result<Void, AuditError>.success(())
        do throws(AuditError) {
            let head = try audit.append(waiting.map(\.entry), after: last)
            state.withLock { $0.head = head }
        } catch {
            result = .failure(error)
            metrics.auditFailures.increment(by: Double(waiting.count))
            log.write(.error, "Audit log cannot be written", ["error": error.message, "entries": "\(waiting.count)"])
        }
        for (_, waiter) in waiting { waiter?.resume(returning: result) }
    }
}
