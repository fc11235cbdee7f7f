// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Journals
internal import Pipelines
internal import WireWords

/// The pipelines: takes in what happens to them, in order, and sees to what follows.
///
/// An event is journalled with everything that it changes, in one transaction, before anything is done about it; so what the
/// service does follows from the journal alone, and a daemon that starts after a crash goes on where the last one was.
actor PipelineService {
    /// What came of a definition.
    struct Defined: Sendable {
        let version: Int
        let isNew: Bool
        /// Whether it differs from what was there; true of a new one.
        let isChanged: Bool
    }

    /// What the service works with.
    struct Parts: Sendable {
        let journal: JournalStore
        /// By provider, or by `CATEGORY/PROVIDER` where categories share a name.
        let providers: [String: any ActionProvider]
        /// By provider, of source actions.
        let pinning: [String: any SourcePinning]
        /// For reading refs and commits.
        let refs: RepositoryThreads
        let log: DaemonLog
        /// Objects that start pipelines; nil: there are none.
        var buckets: BucketChanges?
        /// Told of every announcement, at least once, in order; it throws for one that it must be told again.
        var announce: @Sendable (PipelineAnnouncement) async throws(JournalError) -> Void = { _ in }
        /// Why a build waits, by its id; nil when it does not.
        var waitReason: @Sendable (BuildID) async -> String? = { _ in nil }
    }

    let parts: Parts
    var journal: JournalStore { parts.journal }
    var log: DaemonLog { parts.log }

    /// Machines as the journal has them; loaded when first needed.
    private var machines: [String: PipelineMachine] = [:]
    /// By pipeline: who waits for its turn; there while somebody has it.
    private var turns: [String: [CheckedContinuation<Void, Never>]] = [:]
    /// Pipelines whose events could not be applied and will be.
    private var retrying: Set<String> = []
    /// By id of an effect: its task.
    var running: [String: Task<Void, Never>] = [:]
    /// By id of an effect that runs: its order.
    var runningOrder: [String: ActionOrder] = [:]
    /// Effects that are to end early.
    var cancelled: Set<String> = []
    /// By id of an execution: who follows it.
    var watchers: [String: [Int: AsyncStream<PipelineExecution>.Continuation]] = [:]
    var lastWatcher = 0
    /// By pipeline: when it must be woken.
    var deadlines: [String: Int64] = [:]
    /// What starts pipelines, as it was when they were last read; nil: to be read.
    var knownTriggers: PipelineTriggers?
    /// How often they have changed.
    var triggersAge = 0
    /// By rule: when its schedule is due next.
    var ticks: [String: Int64] = [:]
    /// Until when they are left alone, as they could not be journalled.
    var ticksRestUntil: Int64 = .min
    /// Whether changes of buckets that could not be taken in are going to be looked at again.
    var isRetryingBuckets = false
    /// Sleeps until the next deadline or tick.
    var clock: Task<Void, Never>?
    /// When it will be awake.
    var wakeAt: Int64?
    var clockWatch = ClockWatch()
    /// By pipeline: by how much the date was set since its machine was told.
    var clockMoves: [String: Int64] = [:]
    /// By id of an effect: what was last told of it.
    var lastTold: [String: ActionOutput] = [:]
    /// Whether the outbox may hold something, and whether it is being emptied.
    var hasAnnouncements = false
    var isAnnouncing = false
    private(set) var isDraining = false
    /// Whether what is ordered waits in the journal until `release`.
    var isHeld = false
    /// That, in the order of the orders.
    var held: [UnfinishedEffect] = []

    init(_ parts: Parts) {
        self.parts = parts
    }

    /// Begins nothing more; what runs outside of the daemon goes on.
    func drain() {
        isDraining = true
        for id in watchers.keys { finishWatchers(id) }
    }

    // MARK: - Definitions

    /// Makes a pipeline, or gives it a new version where the definition differs from the present one.
    ///
    /// A new pipeline is started once, unless a branch of its sources does not exist yet: the first push of that starts it.
    /// - Throws: `invalid` with the first problem of the definition.
    func define(
        _ definition: PipelineDefinition,
        origin: String,
        assumesRules: Bool,
        by person: String
    ) async throws(ControlFailure) -> Defined {
        if let problem = definition.problems().first(where: { $0.severity == .error }) {
            throw ControlFailure(.invalid, "\(problem.path): \(problem.message)", exception: problem.exception)
        }
        let name = definition.name
        await takeTurn(name)
        defer { endTurn(name) }
        let known = try await journalled { journal throws(JournalError) in try journal.pipeline(name) }
        var definition = definition
        definition.version = known?.definition.version ?? 1
        let isSame = known?.definition == definition
        if let known, isSame, known.origin == origin, known.assumesRules == assumesRules {
            return Defined(version: definition.version, isNew: false, isChanged: false)
        }
        if known != nil, !isSame { definition.version += 1 }
        var machine: PipelineMachine
        var outcome = MachineStep()
        let now = Timestamp.now().milliseconds
        if known != nil {
            machine = try await load(name)
            if !isSame { outcome = try Self.redefine(&machine, definition, at: now) }
        } else {
            machine = PipelineMachine(definition)
        }
        let step = Self.step(of: name, machine, outcome)
        let start = known == nil ? await firstStart(of: definition, by: person) : nil
        _ = try await journalled { [definition] journal throws(JournalError) in
            try journal.define(
                definition,
                origin: origin,
                assumesRules: assumesRules,
                step: step,
                start: start,
                at: now
            )
        }
        log.write(
            .notice,
            "Pipeline is defined",
            ["pipeline": name, "version": String(definition.version), "origin": origin, "by": person]
        )
        if known == nil, start == nil {
            log.write(.notice, "Pipeline waits for the first push of its sources", ["pipeline": name])
        }
        adopt(machine, outcome)
        await definitionsChanged()
        // A branch may have come while this was going on.
        if start == nil, known == nil { await queueFirst(of: definition, by: person) }
        await applyPending(name)
        return Defined(version: definition.version, isNew: known == nil, isChanged: !isSame)
    }

    /// Forgets a pipeline with its history; what it runs is ended.
    /// - Throws: `notFound` with `PipelineNotFoundException`.
    func remove(_ pipeline: String, by person: String) async throws(ControlFailure) {
        await takeTurn(pipeline)
        defer { endTurn(pipeline) }
        let orders = try await journalled { journal throws(JournalError) -> [UnfinishedEffect]? in
            let effects = try journal.unfinishedEffects().filter { $0.order.pipeline == pipeline }
            return try journal.removePipeline(pipeline) ? effects : nil
        }
        guard let orders else { throw Self.unknown(pipeline) }
        log.write(.notice, "Pipeline is removed", ["pipeline": pipeline, "by": person])
        for effect in orders { cancel(effect.order.id) }
        let machine = machines.removeValue(forKey: pipeline)
        deadlines[pipeline] = nil
        clockMoves[pipeline] = nil
        for id in (machine?.executions ?? [:]).keys { finishWatchers(id) }
        await definitionsChanged()
    }

    /// All pipelines, ordered by name.
    func pipelines() async throws(ControlFailure) -> [PipelineRecord] {
        try await journalled { journal throws(JournalError) in try journal.pipelines() }
    }

    /// The pipeline of a name.
    /// - Throws: `notFound` with `PipelineNotFoundException`.
    func pipeline(_ name: String) async throws(ControlFailure) -> PipelineRecord {
        let found = try await journalled { journal throws(JournalError) in try journal.pipeline(name) }
        guard let found else { throw Self.unknown(name) }
        return found
    }

    /// What a pipeline is doing, as it is now.
    func machine(_ pipeline: String) async throws(ControlFailure) -> PipelineMachine {
        await takeTurn(pipeline)
        defer { endTurn(pipeline) }
        return try await load(pipeline)
    }

    // MARK: - Events

    /// Takes in what has happened to a pipeline; returns when it is journalled.
    /// - Throws: what the machine refuses, with AWS's exception; nothing has changed then.
    func apply(_ event: PipelineEvent, to pipeline: String) async throws(ControlFailure) {
        do throws(EventFailure) {
            try await take(event, of: pipeline)
        } catch {
            throw error.asControlFailure(pipeline)
        }
    }

    /// As `apply`, with the reasons told apart.
    func take(_ event: PipelineEvent, of pipeline: String) async throws(EventFailure) {
        await takeTurn(pipeline)
        defer { endTurn(pipeline) }
        try await carryOut(event, of: pipeline, row: nil)
    }

    /// Applies what is on record for these pipelines and has not been applied; what the journal refuses for now is tried again.
    func takePending(of pipelines: some Sequence<String>) async {
        for pipeline in Set(pipelines).sorted() {
            await takeTurn(pipeline)
            await applyPending(pipeline)
            endTurn(pipeline)
        }
    }

    /// For the one who has the turn.
    private func applyPending(_ pipeline: String) async {
        do {
            let events = try await journal.use { journal throws(JournalError) in
                try journal.pendingEvents(of: pipeline)
            }
            for row in events {
                do throws(EventFailure) {
                    try await carryOut(row.event, of: pipeline, row: row.seq)
                } catch {
                    guard case .refused(let refusal) = error else { throw error }
                    log.write(.warning, "Start is refused", ["pipeline": pipeline, "reason": refusal.message])
                    try await journal.use { journal throws(JournalError) in try journal.dismissEvent(row.seq) }
                }
            }
        } catch EventFailure.unknown {
            // It was removed meanwhile, and its events with it.
        } catch {
            guard retrying.insert(pipeline).inserted else { return }
            log.write(.error, "Events cannot be applied yet", ["pipeline": pipeline, "error": "\(error)"])
            // Ends with the next try, or with the daemon, whose successor begins with them.
            Task {
                try? await Task.sleep(for: .seconds(1))
                retrying.remove(pipeline)
                if !isDraining { await takePending(of: [pipeline]) }
            }
        }
    }

    /// Applies an event, journals what it changes, and then does what follows; for the one who has the turn.
    private func carryOut(_ event: PipelineEvent, of pipeline: String, row: Int64?) async throws(EventFailure) {
        var machine: PipelineMachine
        let now = Timestamp.now().milliseconds
        noticeClockMoves()
        let moved = clockMoves[pipeline] ?? 0
        var outcome: MachineStep
        do {
            machine = try await load(pipeline)
            let before = moved == 0 ? nil : try Self.apply(.clockMoved(milliseconds: moved), to: &machine, at: now)
            outcome = try Self.apply(event, to: &machine, at: now)
            if let before { outcome.follow(before) }
        } catch let error as PipelineRefusal {
            throw .refused(error)
        } catch let error as ControlFailure {
            throw error.code == .notFound ? .unknown : .unjournalled(error)
        } catch {
            throw .unjournalled(ControlFailure(.fault, "\(error)"))
        }
        var step = Self.step(of: pipeline, machine, outcome)
        step.applied = row
        if case .actionEnded(let id, _) = event { step.ended.append(id) }
        let isThere: Bool
        do throws(ControlFailure) {
            isThere = try await journalled { [step] journal throws(JournalError) in try journal.advance(step, at: now) }
        } catch {
            throw .unjournalled(error)
        }
        guard isThere else { throw .unknown }
        if moved != 0 { clockMoved(pipeline, by: moved) }
        adopt(machine, outcome)
    }

    /// Takes over what the journal has now, and begins what follows from it.
    private func adopt(_ machine: PipelineMachine, _ outcome: MachineStep) {
        let name = machine.definition.name
        machines[name] = machine
        deadlines[name] = machine.nextDeadline
        for execution in outcome.touched { tell(execution) }
        perform(outcome.effects)
        clockChanged()
    }

    /// An execution as it is in memory, which is never older than what was told of it; nil where it is not.
    func known(_ execution: PipelineExecution) -> PipelineExecution? {
        machines[execution.pipeline]?.executions[execution.id]
    }

    private func load(_ pipeline: String) async throws(ControlFailure) -> PipelineMachine {
        if let machine = machines[pipeline] { return machine }
        let found = try await journalled { journal throws(JournalError) in try journal.machine(of: pipeline) }
        guard let machine = found else { throw Self.unknown(pipeline) }
        machines[pipeline] = machine
        return machine
    }

    private static func apply(
        _ event: PipelineEvent,
        to machine: inout PipelineMachine,
        at now: Int64
    ) throws(PipelineRefusal) -> MachineStep {
        var generator = SystemRandomNumberGenerator()
        return try machine.apply(event, at: now, using: &generator)
    }

    private static func redefine(
        _ machine: inout PipelineMachine,
        _ definition: PipelineDefinition,
        at now: Int64
    ) throws(ControlFailure) -> MachineStep {
        do throws(PipelineRefusal) {
            return try apply(.defined(definition), to: &machine, at: now)
        } catch {
            throw EventFailure.refused(error).asControlFailure(definition.name)
        }
    }

    private static func step(of pipeline: String, _ machine: PipelineMachine, _ outcome: MachineStep) -> PipelineStep {
        var step = PipelineStep(pipeline: pipeline, machine: machine.snapshot, deadline: machine.nextDeadline)
        step.executions = outcome.touched
        for effect in outcome.effects {
            switch effect {
            case .run(let order): step.effects.append(UnfinishedEffect(.action, order))
            case .runRule(let order): step.effects.append(UnfinishedEffect(.rule, order))
            case .cancel(let id): step.cancelled.append(id)
            case .announce(let announcement): step.announcements.append(announcement)
            }
        }
        return step
    }

    // MARK: - Turns

    /// Waits until nobody else changes the pipeline.
    private func takeTurn(_ pipeline: String) async {
        guard turns[pipeline] != nil else {
            turns[pipeline] = []
            return
        }
        await withCheckedContinuation { turns[pipeline]?.append($0) }
    }

    private func endTurn(_ pipeline: String) {
        guard var waiting = turns[pipeline], !waiting.isEmpty else {
            turns[pipeline] = nil
            return
        }
        let next = waiting.removeFirst()
        turns[pipeline] = waiting
        next.resume()
    }

    // MARK: - Failures

    func journalled<Value: Sendable>(
        _ body: @Sendable (Journal) throws(JournalError) -> Value
    ) async throws(ControlFailure) -> Value {
        do throws(JournalError) {
            return try await journal.use(body)
        } catch {
            throw ControlFailure(error.code == .conflict ? .conflict : .fault, error.message)
        }
    }

    static func unknown(_ pipeline: String) -> ControlFailure {
        ControlFailure(
            .notFound,
            "there is no pipeline `\(pipeline)`; `nacre pipeline list` shows what there is",
            exception: "PipelineNotFoundException"
        )
    }

    static func makeID() -> String { BuildID.make(project: "execution").uuid }
}
