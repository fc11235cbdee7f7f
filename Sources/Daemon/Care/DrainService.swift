// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import JSON
internal import Journals
internal import Pipelines
internal import WireWords

/// `nacre drain`: the daemon begins no build and no action any more, while those that run go on and pushes are taken in.
///
/// It is journalled, so that it holds for the next daemon as well: whoever drains for an upgrade starts one in between.
actor DrainService {
    /// Who has asked for it, and when: a resource of the journal, which no definition can name.
    struct Order: Codable {
        static let kind = "nacre:drain"
        static let name = "daemon"

        var by: String
        var since: String
    }

    private let journal: JournalStore
    private let engine: Engine
    private let pipelines: PipelineService
    private let log: DaemonLog
    private var order: Order?

    init(journal: JournalStore, engine: Engine, pipelines: PipelineService, log: DaemonLog) {
        self.journal = journal
        self.engine = engine
        self.pipelines = pipelines
        self.log = log
    }

    /// Goes on draining where the last daemon was asked to; before anything is begun.
    func resume() async throws(JournalError) {
        let found = try await journal.use { journal throws(JournalError) in
            try journal.resource(kind: Order.kind, name: Order.name)
        }
        guard let found else { return }
        let order =
            (try? JSONText.decode(Order.self, from: Array(found.body.utf8)))
            ?? Order(by: found.origin, since: Timestamp(milliseconds: found.updatedAt).text)
        self.order = order
        log.write(
            .warning,
            "Daemon is being drained: it begins nothing until nacre drain --undo",
            ["by": order.by, "since": order.since]
        )
        await engine.hold(true)
        await pipelines.hold()
    }

    /// Begins nothing more; asked for again it stays as it is.
    func drain(by person: String) async throws(ControlFailure) -> DrainReport {
        if order == nil {
            let new = Order(by: person, since: Timestamp.now().text)
            let now = Timestamp.now().milliseconds
            try await ControlSession.journalled { () throws(JournalError) in
                let body = (try? JSONText.encode(new)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
                try await journal.use { journal throws(JournalError) in
                    try journal.setResource(kind: Order.kind, name: Order.name, body: body, origin: person, at: now)
                }
            }
            order = new
            log.write(.notice, "Daemon is being drained", ["by": person])
            await engine.hold(true)
            await pipelines.hold()
        }
        return try await report()
    }

    /// Begins what has waited meanwhile.
    func undo(by person: String) async throws(ControlFailure) -> DrainReport {
        if order != nil {
            try await ControlSession.journalled { () throws(JournalError) in
                try await journal.use { journal throws(JournalError) in
                    _ = try journal.removeResource(kind: Order.kind, name: Order.name)
                }
            }
            order = nil
            log.write(.notice, "Daemon is no longer drained", ["by": person])
            await engine.hold(false)
            await pipelines.release()
        }
        return try await report()
    }

    func report() async throws(ControlFailure) -> DrainReport {
        let running = await pipelines.runningOrders()
        let (builds, actions) = try await ControlSession.journalled { () throws(JournalError) in
            try await journal.use { journal throws(JournalError) -> ([BuildRecord], [ActionOrder]) in
                let builds = try journal.unfinishedBuilds()
                let busy = Set(builds.compactMap(\.action))
                // One whose builds run is told by them, one whose builds wait does not run.
                var actions: [ActionOrder] = []
                for order in running where !busy.contains(order.id) {
                    if try journal.batch(ofAction: order.id)?.status.isTerminal ?? true { actions.append(order) }
                }
                return (builds, actions)
            }
        }
        return DrainReport(
            isDraining: order != nil,
            by: order?.by,
            since: order?.since,
            builds: builds.filter { $0.state != .queued }.map(ControlSession.label),
            actions: actions.map { "\($0.pipeline)/\($0.executionNumber) \($0.name)" },
            waiting: builds.filter { $0.state == .queued }.count
        )
    }
}
