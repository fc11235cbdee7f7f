// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import JSON
internal import Journals
internal import Pipelines
internal import WireWords

/// Tells people and programs of pipelines: what has to be told is journalled first, and tried again until it has arrived.
///
/// Nothing waits for it. Each target gets its messages one after the other; one that fails does not hold up those behind it.
actor Notifier {
    /// What is asked of pipelines, to write a message.
    struct Facts: Sendable {
        /// The execution of an id; nil where there is none any more.
        let execution: @Sendable (_ id: String) async -> PipelineExecution?
        /// How the last execution before this one ended that succeeded or failed.
        let outcomeBefore: @Sendable (PipelineExecution) async -> ExecutionStatus?
    }

    /// Kinds of the journal's resources.
    private enum Kind {
        static let target = "target"
        static let state = "target-state"
        static let delivery = "delivery"
    }

    /// How the deliveries to a target went.
    private struct TargetState: Codable {
        var deliveredAt: Int64?
        var failure: String?
        var failedAt: Int64?
        var lost = 0
    }

    /// More messages for one target than this are not kept.
    private static let pendingLimit = 500

    private let journal: JournalStore
    private let sender: NotificationSender
    private let log: DaemonLog
    private var facts: Facts?
    private var targets: [String: NotificationTarget] = [:]
    private var states: [String: TargetState] = [:]
    /// By id.
    private var pending: [String: NotificationDelivery] = [:]
    /// The targets that are just being told something, with the task that does it.
    private var running: [String: Task<Void, Never>] = [:]
    private var alarm: Task<Void, Never>?
    private var isClosed = false

    init(journal: JournalStore, sender: NotificationSender, log: DaemonLog) {
        self.journal = journal
        self.sender = sender
        self.log = log
    }

    /// Goes on where the last daemon stopped.
    func resume(_ facts: Facts) async throws(JournalError) {
        self.facts = facts
        let records = try await journal.use { journal throws(JournalError) in
            (
                try journal.resources(kind: Kind.target), try journal.resources(kind: Kind.state),
                try journal.resources(kind: Kind.delivery)
            )
        }
        for record in records.0 { targets[record.name] = Self.decode(NotificationTarget.self, record.body) }
        for record in records.1 { states[record.name] = Self.decode(TargetState.self, record.body) }
        for record in records.2 {
            guard let delivery = Self.decode(NotificationDelivery.self, record.body) else { continue }
            if targets[delivery.target] != nil { pending[delivery.id] = delivery } else { await forget(delivery) }
        }
        pump()
    }

    /// Stops telling; what has not arrived is kept for the next daemon.
    func close() async {
        isClosed = true
        alarm?.cancel()
        let tasks = Array(running.values)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    // MARK: - What is told

    /// Takes in what a pipeline has announced; returns when the journal has what follows from it.
    /// - Throws: when the journal does not have all of it; it is to be announced again then.
    func announce(_ announcement: PipelineAnnouncement) async throws(JournalError) {
        if targets.isEmpty { return }
        guard let reasons = Self.reasons(announcement) else { return }
        let wanted = targets.values.filter { target in
            (target.pipeline ?? announcement.pipeline) == announcement.pipeline
                && !reasons.isDisjoint(with: target.reasons)
        }
        if wanted.isEmpty { return }
        let execution = await facts?.execution(announcement.execution)
        var happened = reasons
        if reasons.contains(.recovered) {
            var before: ExecutionStatus?
            if let execution { before = await facts?.outcomeBefore(execution) }
            if before != .failed { happened.remove(.recovered) }
        }
        let key = [
            announcement.subject.rawValue, announcement.execution, announcement.state, announcement.actionID ?? "",
        ].joined(separator: ":")
        for target in wanted {
            // A recovery is a success too; whoever wants both is told once.
            let reason = NotificationReason.allCases.first { happened.contains($0) && target.reasons.contains($0) }
            guard let reason else { continue }
            try await add(
                NotificationMessage(announcement, reason, execution: execution),
                to: target,
                key: "\(Self.padded(announcement.at)):\(key)"
            )
        }
        pump()
    }

    /// Tells of something that is no execution's, such as a definition that is refused.
    func tell(_ message: NotificationMessage, pipelines: [String]) async {
        for target in targets.values where target.reasons.contains(message.reason) {
            if let pipeline = target.pipeline, !pipelines.contains(pipeline) { continue }
            let now = Timestamp.now().milliseconds
            let key = "\(Self.padded(now)):\(BuildID.make(project: "message").uuid)"
            do throws(JournalError) { try await add(message, to: target, key: key) } catch { report(error) }
        }
        pump()
    }

    /// What an announcement may be told as; nil for one that is not told.
    private static func reasons(_ announcement: PipelineAnnouncement) -> Set<NotificationReason>? {
        switch (announcement.subject, announcement.state) {
        case (.approvalNeeded, _): [.waiting]
        case (.execution, "STARTED"): [.started]
        case (.execution, "SUCCEEDED"): [.succeeded, .recovered]
        case (.execution, "FAILED"): [.failed]
        case (.execution, "SUPERSEDED"): [.superseded]
        default: nil
        }
    }

    private func add(
        _ message: NotificationMessage,
        to target: NotificationTarget,
        key: String
    ) async throws(JournalError) {
        let id = "\(key):\(target.name)"
        if pending[id] != nil { return }
        if pending.values.count(where: { $0.target == target.name }) >= Self.pendingLimit {
            await note(target.name) { state in
                state.lost += 1
                state.failure = "more than \(Self.pendingLimit) notifications wait, newer ones are not kept"
                state.failedAt = Timestamp.now().milliseconds
            }
            return
        }
        let delivery = NotificationDelivery(
            id: id,
            target: target.name,
            message: message,
            at: Timestamp.now().milliseconds
        )
        try await keep(delivery)
        // Unless it was removed meanwhile.
        if targets[target.name] != nil { pending[id] = delivery }
    }

    // MARK: - Delivery

    /// Starts what is due, and sees to being called again when more is.
    private func pump() {
        alarm?.cancel()
        alarm = nil
        if isClosed { return }
        let now = Timestamp.now().milliseconds
        var next: Int64?
        for delivery in pending.values.sorted(by: { $0.id < $1.id }) where running[delivery.target] == nil {
            if delivery.nextAt <= now, let target = targets[delivery.target] {
                // Awaited and cancelled by `close`.
                running[delivery.target] = Task { await self.deliver(delivery, to: target) }
            } else {
                next = min(next ?? .max, delivery.nextAt)
            }
        }
        guard let next else { return }
        // Replaced by the next call, cancelled by `close`.
        alarm = Task {
            try? await Task.sleep(for: .milliseconds(max(1, next - now)))
            if !Task.isCancelled { self.pump() }
        }
    }

    private func deliver(_ delivery: NotificationDelivery, to target: NotificationTarget) async {
        let failure = await sender.send(delivery.message, by: target.way)
        // A daemon that stops has broken off the try: it counts for nothing.
        if Task.isCancelled { return }
        let now = Timestamp.now().milliseconds
        // The target may have been removed meanwhile, and its messages with it.
        if var current = pending[delivery.id] {
            if let failure {
                await failed(&current, failure, now)
            } else {
                pending[current.id] = nil
                await forget(current)
                await note(target.name) { state in
                    state.deliveredAt = now
                    state.failure = nil
                    state.failedAt = nil
                }
            }
        }
        running[delivery.target] = nil
        pump()
    }

    private func failed(_ delivery: inout NotificationDelivery, _ failure: String, _ now: Int64) async {
        let isTriedAgain = delivery.fail(at: now)
        log.write(
            .warning,
            isTriedAgain ? "Notification did not arrive, it is tried again" : "Notification is given up",
            ["target": delivery.target, "tries": String(delivery.tries), "error": failure]
        )
        if isTriedAgain {
            pending[delivery.id] = delivery
            // Otherwise the next daemon tries it again at once.
            do throws(JournalError) { try await keep(delivery) } catch { report(error) }
        } else {
            pending[delivery.id] = nil
            await forget(delivery)
        }
        await note(delivery.target) { state in
            state.failure = failure
            state.failedAt = now
            if !isTriedAgain { state.lost += 1 }
        }
    }

    // MARK: - Targets

    /// Adds a target, or replaces the one of its name.
    func add(_ target: NotificationTarget, by person: String) async throws(ControlFailure) -> NotificationView {
        try Self.check(target)
        let body = Self.encode(target)
        let now = Timestamp.now().milliseconds
        try await ControlSession.journalled { () throws(JournalError) in
            try await journal.use { journal throws(JournalError) in
                try journal.setResource(kind: Kind.target, name: target.name, body: body, origin: person, at: now)
            }
        }
        targets[target.name] = target
        log.write(.notice, "Target of notifications added", ["target": target.name, "by": person])
        pump()
        return view(target)
    }

    /// All targets in the order of their names.
    func list() -> [NotificationView] {
        targets.values.sorted { $0.name < $1.name }.map(view)
    }

    /// Removes a target, and what it has not been told yet.
    func remove(_ name: String) async throws(ControlFailure) -> NotificationView {
        guard let target = targets[name] else { throw Self.missing(name) }
        let view = view(target)
        targets[name] = nil
        states[name] = nil
        let waiting = pending.values.filter { $0.target == name }
        for delivery in waiting { pending[delivery.id] = nil }
        let ids = waiting.map(\.id)
        try await ControlSession.journalled { () throws(JournalError) in
            try await journal.use { journal throws(JournalError) in
                _ = try journal.removeResource(kind: Kind.target, name: name)
                _ = try journal.removeResource(kind: Kind.state, name: name)
                for id in ids { _ = try journal.removeResource(kind: Kind.delivery, name: id) }
            }
        }
        log.write(.notice, "Target of notifications removed", ["target": name])
        return view
    }

    /// Tries a target at once.
    /// - Returns: why the test did not arrive; nil where it did.
    func test(_ name: String) async throws(ControlFailure) -> String? {
        guard let target = targets[name] else { throw Self.missing(name) }
        return await sender.send(.test(of: name), by: target.way)
    }

    private func view(_ target: NotificationTarget) -> NotificationView {
        var view = NotificationView(target: target)
        let waiting = pending.values.filter { $0.target == target.name }
        view.pending = waiting.count
        view.nextTryAt = waiting.map(\.nextAt).min()
        let state = states[target.name] ?? TargetState()
        view.deliveredAt = state.deliveredAt
        view.failure = state.failure
        view.failedAt = state.failedAt
        view.lost = state.lost
        return view
    }

    private static func missing(_ name: String) -> ControlFailure {
        ControlFailure(.notFound, "there is no target `\(name)` of notifications; see `nacre notify list`")
    }

    private static func check(_ target: NotificationTarget) throws(ControlFailure) {
        let isGood =
            (1...100).contains(target.name.utf8.count)
            && target.name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || [45, 46, 95].contains(byte)
            }
        if !isGood {
            throw ControlFailure(
                .invalid,
                "`\(target.name)` cannot be a target's name: 1 to 100 letters, digits, `.`, `_` and `-`"
            )
        }
        if target.reasons.isEmpty { throw ControlFailure(.invalid, "`\(target.name)` would be told of nothing") }
        switch target.way {
        case .command(let line):
            if line.allSatisfy(\.isWhitespace) { throw ControlFailure(.invalid, "the command is empty") }
        case .webhook(let address):
            let hasScheme = address.hasPrefix("http://") || address.hasPrefix("https://")
            if !hasScheme || address.contains(where: { $0.isWhitespace || $0.asciiValue.map { $0 < 0x20 } ?? false }) {
                throw ControlFailure(.invalid, "a webhook's address begins with http:// or https://, and has no spaces")
            }
        }
    }

    // MARK: - Journal

    private func keep(_ delivery: NotificationDelivery) async throws(JournalError) {
        let body = Self.encode(delivery)
        try await journal.use { journal throws(JournalError) in
            try journal.setResource(
                kind: Kind.delivery,
                name: delivery.id,
                body: body,
                origin: delivery.target,
                at: delivery.nextAt
            )
        }
    }

    private func forget(_ delivery: NotificationDelivery) async {
        await write { journal throws(JournalError) in
            _ = try journal.removeResource(kind: Kind.delivery, name: delivery.id)
        }
    }

    private func note(_ target: String, _ change: (inout TargetState) -> Void) async {
        guard targets[target] != nil else { return }
        var state = states[target] ?? TargetState()
        change(&state)
        states[target] = state
        let body = Self.encode(state)
        let now = Timestamp.now().milliseconds
        await write { journal throws(JournalError) in
            try journal.setResource(kind: Kind.state, name: target, body: body, origin: target, at: now)
        }
    }

    private func write(_ body: @Sendable (Journal) throws(JournalError) -> Void) async {
        do throws(JournalError) {
            try await journal.use(body)
        } catch {
            report(error)
        }
    }

    private func report(_ error: JournalError) {
        log.write(.error, "Notifications cannot be journalled", ["error": error.message])
    }

    private static func encode(_ value: some Encodable) -> String {
        // Texts and numbers have a JSON form.
        (try? JSONText.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ body: String) -> Value? {
        try? JSONText.decode(type, from: Array(body.utf8))
    }

    /// A time as text, in whose order times are.
    private static func padded(_ milliseconds: Int64) -> String {
        let digits = String(max(0, milliseconds))
        return String(repeating: "0", count: max(0, 15 - digits.utf8.count)) + digits
    }
}
