// SPDX-License-Identifier: Apache-2.0

import JSON
import Pipelines
import TestSupport

/// A pipeline to which random things happen, with a journal that survives random crashes.
struct Simulation {
    /// Something that must never be.
    struct Violation: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var machine: PipelineMachine
    var random: SeededNumbers
    /// Milliseconds since 1970.
    private(set) var time: Int64 = 0
    private(set) var version = 1

    // What a journal has.
    private(set) var records: [String: PipelineExecution] = [:]
    private var definitions: [Int: PipelineDefinition]
    /// Begun and without an end, by id.
    private(set) var orders: [String: ActionOrder] = [:]

    // What has been seen.
    private(set) var history: [PipelineEvent] = []
    private var past: [String] = []
    private var begun: Set<String> = []
    private var told: [String: String] = [:]
    /// By stage and version: the number that entered last, of those that must not overtake.
    private var entered: [String: Int64] = [:]
    private var nextID = 0

    init(seed: UInt64) {
        random = SeededNumbers(seed: seed)
        let definition = RandomDefinition.make(version: 1, using: &random)
        machine = PipelineMachine(definition)
        definitions = [1: definition]
    }

    // MARK: - Events

    /// Lets something happen.
    mutating func step() throws {
        time += Int64.random(in: 1...60_000, using: &random)
        if let event = randomEvent() { try take(event) }
        if random.happens(10) { try crash() }
    }

    /// Lets all that is open come to a good end; whatever is still alive then is stuck.
    mutating func drain() throws {
        for stage in machine.stages where !stage.transition.isEnabled {
            try take(.setTransition(stage: stage.name, isEnabled: true, reason: "", by: "p"))
        }
        var rounds = 0
        while machine.executions.values.contains(where: { !$0.status.isOver }) {
            rounds += 1
            time += 1
            if let id = orders.keys.min() {
                try end(id, succeeds: true)
            } else if let answer = answer(approves: true) {
                try take(.approvalGiven(answer))
            } else {
                throw Violation(description: "nothing runs, and not all is over")
            }
            if rounds > 20_000 { throw Violation(description: "it does not come to an end") }
        }
    }

    private mutating func randomEvent() -> PipelineEvent? {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20: return start()
        case 20..<58:
            return orders.keys.sorted().randomElement(using: &random).map { ending($0, succeeds: random.happens(80)) }
        case 58..<68: return answer(approves: random.happens(75)).map { .approvalGiven($0) }
        case 68..<72: return stop()
        case 72..<79: return retry()
        case 79..<83: return rollback()
        case 83..<88: return transition()
        case 88..<90: return override()
        case 90..<93: return defined()
        case 93..<96:
            time += random.happens(30) ? 8 * 24 * 3_600_000 : 3_600_000
            return .woke
        default:
            // The end of something that is long over, or never was.
            let id = past.randomElement(using: &random) ?? "nothing"
            return random.happens(50)
                ? ending(id, succeeds: random.happens(50)) : .actionProgressed(id: id, ActionOutput())
        }
    }

    private mutating func start() -> PipelineEvent {
        nextID += 1
        let number = machine.lastNumber + 1
        let trigger = ExecutionTrigger(.startPipelineExecution)
        return .start(ExecutionStart(id: "x\(nextID)", number: number, trigger: trigger))
    }

    private mutating func end(_ id: String, succeeds: Bool) throws {
        try take(ending(id, succeeds: succeeds))
    }

    private mutating func ending(_ id: String, succeeds: Bool) -> PipelineEvent {
        var outcome = ActionOutcome()
        outcome.output.variables = ["Value": "v"]
        if let order = orders[id] {
            outcome.output.artifacts = order.outputs.map { output in
                ArtifactReference(name: output.name, digest: id, size: 1, key: output.key)
            }
        }
        if !succeeds {
            outcome.failure = ActionFailure(random.happens(80) ? .jobFailed : .configurationError, "bad luck")
        }
        return .actionEnded(id: id, outcome)
    }

    private mutating func answer(approves: Bool) -> ApprovalAnswer? {
        var answers: [ApprovalAnswer] = []
        for execution in machine.executions.values.sorted(by: { $0.number < $1.number }) {
            for stage in execution.stages {
                for action in stage.actions where action.status == .inProgress {
                    guard let token = action.token else { continue }
                    answers.append(
                        ApprovalAnswer(
                            stage: stage.name,
                            action: action.name,
                            token: token,
                            isApproved: approves,
                            comment: "",
                            person: "p"
                        )
                    )
                }
            }
        }
        return answers.randomElement(using: &random)
    }

    /// Any execution there ever was; more often one that is still known.
    private mutating func someone() -> PipelineExecution? {
        let known = random.happens(75) ? machine.executions : records
        return known.values.sorted { $0.number < $1.number }.randomElement(using: &random)
    }

    private mutating func stop() -> PipelineEvent? {
        someone().map { .stop(execution: $0.id, abandons: random.happens(40), reason: "r", by: "p") }
    }

    private mutating func retry() -> PipelineEvent? {
        guard let execution = someone() else { return nil }
        let failed = execution.stages.first { $0.status == .failed || $0.status == .stopped }
        guard let stage = failed ?? execution.stages.randomElement(using: &random) else { return nil }
        let mode: RetryMode = random.happens(50) ? .failedActions : .allActions
        return .retry(execution: execution.id, stage: stage.name, mode: mode, by: "p")
    }

    private mutating func rollback() -> PipelineEvent? {
        guard let target = someone(), let stage = target.stages.randomElement(using: &random) else { return nil }
        nextID += 1
        return .rollback(
            stage: stage.name,
            target: target,
            id: "x\(nextID)",
            number: machine.lastNumber + 1,
            by: "p"
        )
    }

    private mutating func transition() -> PipelineEvent? {
        machine.stages.randomElement(using: &random).map { stage in
            .setTransition(stage: stage.name, isEnabled: !stage.transition.isEnabled, reason: "r", by: "p")
        }
    }

    private mutating func override() -> PipelineEvent? {
        guard let execution = someone() else { return nil }
        let stage = execution.stages.first { !$0.conditions.isEmpty && $0.status != .succeeded }
        guard let stage, let condition = stage.conditions.last else { return nil }
        return .overrideCondition(execution: execution.id, stage: stage.name, kind: condition.kind, by: "p")
    }

    private mutating func defined() -> PipelineEvent {
        .defined(RandomDefinition.make(version: version + 1, using: &random))
    }

    // MARK: - Journal

    private mutating func take(_ event: PipelineEvent) throws {
        history.append(event)
        let before = machine
        let step: MachineStep
        do {
            step = try machine.apply(event, at: time, using: &random)
        } catch {
            guard machine == before else { throw Violation(description: "a refused event has changed the machine") }
            return
        }
        if case .defined(let definition) = event {
            version = definition.version
            definitions[version] = definition
        }
        if case .actionEnded(let id, _) = event, orders.removeValue(forKey: id) != nil { past.append(id) }
        for execution in step.touched {
            try check(execution, after: records[execution.id], event: event)
            records[execution.id] = execution
        }
        for effect in step.effects { try keep(effect) }
        try checkMachine()
        if case .woke = event, let deadline = machine.nextDeadline, deadline <= time {
            throw Violation(description: "what was due at \(deadline) still runs at \(time)")
        }
        for execution in step.touched where told[execution.id] != Self.words[execution.status] {
            let state = told[execution.id] ?? "nothing"
            throw Violation(description: "\(execution.label) is \(execution.status), and \(state) was announced")
        }
    }

    private static let words: [ExecutionStatus: String] = [
        .inProgress: "STARTED", .stopping: "STOPPING", .stopped: "STOPPED", .failed: "FAILED", .succeeded: "SUCCEEDED",
        .superseded: "SUPERSEDED",
    ]

    private mutating func keep(_ effect: PipelineEffect) throws {
        switch effect {
        case .run(let order), .runRule(let order):
            guard begun.insert(order.id).inserted else { throw Violation(description: "\(order.id) was begun twice") }
            orders[order.id] = order
            try check(order)
        case .cancel(let id):
            guard orders.removeValue(forKey: id) != nil else {
                throw Violation(description: "\(id) was cancelled and does not run")
            }
            past.append(id)
        case .announce(let announcement):
            if announcement.subject == .execution {
                told[announcement.execution] = announcement.state == "RESUMED" ? "STARTED" : announcement.state
            }
            guard announcement.subject == .stage, announcement.state == "STARTED", let stage = announcement.stage else {
                return
            }
            try checkOrder(of: announcement, in: stage)
        }
    }

    /// The daemon is gone: what the journal has must make the same machine, which knows what to begin again.
    private mutating func crash() throws {
        var snapshot = machine.snapshot
        // Seldom by way of the text, which takes most of the time.
        if random.happens(5) {
            let bytes = try JSONText.encode(snapshot)
            guard bytes.count < 30_000 else { throw Violation(description: "the snapshot has \(bytes.count) bytes") }
            snapshot = try JSONText.decode(MachineSnapshot.self, from: bytes)
        }
        let restored = try PipelineMachine(
            restoring: snapshot,
            definitions: definitions,
            executions: Array(records.values)
        )
        guard restored == machine else { throw Violation(description: "the machine is another one after a crash") }
        guard restored.unfinished == Set(orders.keys) else {
            throw Violation(description: "what is to be begun again is not what runs")
        }
        machine = restored
    }

    // MARK: - What must hold of one event

    private func check(_ new: PipelineExecution, after old: PipelineExecution?, event: PipelineEvent) throws {
        guard let old else { return }
        if old.status.isOver, !new.status.isOver {
            switch event {
            case .retry, .overrideCondition: break
            default: throw Violation(description: "\(new.label) was over and goes on")
            }
        }
        if new.status == .superseded, old.status != .superseded {
            let isBetween = new.stages.allSatisfy {
                $0.status == nil || $0.status == .succeeded || $0.status == .skipped
            }
            guard new.mode == .superseded, old.status == .inProgress, isBetween
            else { throw Violation(description: "\(new.label) was superseded and did not wait") }
            let newer = machine.executions.values.contains { $0.number > new.number && $0.mode == .superseded }
            guard newer else { throw Violation(description: "\(new.label) was superseded by nobody") }
        }
        for (before, after) in zip(old.stages, new.stages) {
            guard before.actions.count <= after.actions.count else {
                throw Violation(description: "attempts of \(before.name) in \(new.label) are gone")
            }
            for (first, second) in zip(before.actions, after.actions)
            where first.status != .inProgress && first != second {
                throw Violation(description: "\(first.name) of \(new.label) had ended and has changed")
            }
        }
    }

    private func check(_ order: ActionOrder) throws {
        guard order.type.category != "Rule" else { return }
        guard let execution = records[order.execution], let stage = execution.stage(order.stage),
            let declaration = definitions[order.version]?.stage(order.stage),
            let action = declaration.actions.first(where: { $0.name == order.name })
        else { throw Violation(description: "\(order.name) was begun for nobody") }
        for earlier in declaration.actions where earlier.runOrder < action.runOrder {
            guard stage.latest(earlier.name)?.status == .succeeded else {
                throw Violation(description: "\(order.name) was begun before \(earlier.name) had succeeded")
            }
        }
        guard order.inputs.map(\.name) == action.inputArtifacts,
            order.inputs.allSatisfy({ execution.artifacts[$0.name] != nil })
        else { throw Violation(description: "\(order.name) was begun without its inputs") }
    }

    /// Executions of one version never overtake each other, but those of mode PARALLEL and rollbacks.
    private mutating func checkOrder(of announcement: PipelineAnnouncement, in stage: String) throws {
        guard let execution = records[announcement.execution], execution.mode != .parallel, !execution.isRollback else {
            return
        }
        let place = "\(stage)/\(execution.version)"
        if let last = entered[place], last > execution.number {
            throw Violation(description: "\(execution.label) has entered \(stage) after \(last)")
        }
        entered[place] = execution.number
    }
}
