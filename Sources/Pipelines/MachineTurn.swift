// SPDX-License-Identifier: Apache-2.0

/// One event's way through a machine: the machine as it becomes, and what is to be done about it.
///
/// It works on a copy, so an event that is refused half-way leaves nothing behind. Whatever moves executions between stages is
/// put on a list and done when the rest has been: so a stage is never entered in the middle of another's end, and the depth
/// of calls does not depend on how many executions wait.
struct MachineTurn {
    /// A move between stages.
    private enum Move {
        case arrive(execution: String, stage: String)
        case admit(stage: String)
    }

    var machine: PipelineMachine
    /// Milliseconds since 1970.
    let time: Int64
    var random: any RandomNumberGenerator
    private(set) var effects: [PipelineEffect] = []
    /// In the order of the first change.
    private var touched: [String] = []
    private var moves: [Move] = []
    /// Whether an execution has ended or another has become the latest of a stage, or the definition is new.
    var mayForget = false

    init(_ machine: PipelineMachine, at time: Int64, random: any RandomNumberGenerator) {
        self.machine = machine
        self.time = time
        self.random = random
    }

    /// Takes in the event.
    mutating func take(_ event: PipelineEvent) throws(PipelineRefusal) {
        switch event {
        case .start(let start): try begin(start)
        case .actionProgressed(let id, let output): progress(id, output)
        case .actionEnded(let id, let outcome): end(id, outcome)
        case .approvalGiven(let answer): try take(answer)
        case .stop(let execution, let abandons, let reason, let person):
            try stop(execution, abandons: abandons, reason: reason, by: person)
        case .retry(let execution, let stage, let mode, _): try retry(execution, stage: stage, mode: mode)
        case .rollback(let stage, let target, let id, let number, let person):
            try rollBack(stage, to: target, id: id, number: number, by: person)
        case .setTransition(let stage, let isEnabled, let reason, let person):
            try setTransition(of: stage, isEnabled: isEnabled, reason: reason, by: person)
        case .overrideCondition(let execution, let stage, let kind, let person):
            try override(kind, of: execution, stage: stage, by: person)
        case .defined(let definition): try define(definition)
        case .woke: expire()
        case .clockMoved(let milliseconds): moveClock(by: milliseconds)
        }
    }

    /// Makes the moves that follow, and lets go of what is no longer needed.
    mutating func finish() -> MachineStep {
        var index = 0
        while index < moves.count {
            let move = moves[index]
            index += 1
            switch move {
            case .arrive(let execution, let stage): arrive(execution, at: stage)
            case .admit(let stage): admit(to: stage)
            }
        }
        let step = MachineStep(effects: effects, touched: touched.compactMap { machine.executions[$0] })
        if mayForget { machine.forgetUnneeded() }
        return step
    }

    // MARK: - Tools of all parts

    /// Lets an execution come to a stage, when the rest is done.
    mutating func willArrive(_ execution: String, at stage: String) {
        moves.append(.arrive(execution: execution, stage: stage))
    }

    /// Lets in whoever may enter a stage, when the rest is done.
    mutating func willAdmit(to stage: String) {
        moves.append(.admit(stage: stage))
    }

    mutating func add(_ effect: PipelineEffect) {
        effects.append(effect)
    }

    /// Puts in a new execution.
    mutating func insert(_ execution: PipelineExecution) {
        machine.executions[execution.id] = execution
        machine.lastNumber = max(machine.lastNumber, execution.number)
        touch(execution.id)
    }

    /// Changes an execution, which then is among the touched ones.
    mutating func change(_ id: String, _ body: (inout PipelineExecution) -> Void) {
        guard let index = machine.executions.index(forKey: id) else { return }
        body(&machine.executions.values[index])
        machine.executions.values[index].updatedAt = time
        touch(id)
    }

    /// Changes a stage of an execution.
    mutating func change(_ id: String, stage: String, _ body: (inout StageExecution) -> Void) {
        change(id) { execution in
            guard let index = execution.stages.firstIndex(where: { $0.name == stage }) else { return }
            body(&execution.stages[index])
        }
    }

    /// Changes what all executions share of a stage.
    mutating func change(stage: String, _ body: (inout StageState) -> Void) {
        guard let index = machine.stages.firstIndex(where: { $0.name == stage }) else { return }
        body(&machine.stages[index])
    }

    private mutating func touch(_ id: String) {
        if !touched.contains(id) { touched.append(id) }
    }

    /// Tells of an execution, or of a stage of it.
    mutating func announce(_ id: String, _ state: String, stage: String? = nil, text: String? = nil) {
        guard let execution = machine.executions[id] else { return }
        let subject: PipelineAnnouncement.Subject = stage == nil ? .execution : .stage
        add(.announce(PipelineAnnouncement(subject, of: execution, state: state, stage: stage, text: text, at: time)))
    }

    /// Tells of an action.
    mutating func announce(
        _ action: ActionExecution,
        of id: String,
        stage: String,
        state: String,
        text: String? = nil,
        as subject: PipelineAnnouncement.Subject = .action
    ) {
        guard let execution = machine.executions[id] else { return }
        let announcement = PipelineAnnouncement(
            subject,
            of: execution,
            state: state,
            stage: stage,
            action: action.name,
            actionID: action.id,
            text: text,
            at: time
        )
        add(.announce(announcement))
    }

    /// A UUID of version 4.
    mutating func makeUUID() -> String {
        RandomText.uuid(random.next(), random.next())
    }
}
