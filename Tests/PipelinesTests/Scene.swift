// SPDX-License-Identifier: Apache-2.0

import JSON
import Pipelines
import TestSupport
import Testing

/// A machine with a journal around it, and words for what happens in tests.
///
/// Executions are called by their numbers, which are their ids too. After every event the machine is thrown away and made
/// again from what a journal would have.
struct Scene {
    private(set) var machine: PipelineMachine
    /// Every execution there ever was, as it was last touched.
    private(set) var records: [String: PipelineExecution] = [:]
    /// Orders without an end.
    private(set) var orders: [ActionOrder] = []
    private(set) var cancelled: [String] = []
    /// Announcements, such as `2 SUPERSEDED`, `1 Build STARTED`, `1 Build.train FAILED`.
    private(set) var said: [String] = []
    private(set) var announcements: [PipelineAnnouncement] = []
    private var definitions: [Int: PipelineDefinition]
    private var random = SeededNumbers(seed: 7)
    /// Milliseconds since 1970; a second later with each event.
    var time: Int64 = 1_763_719_200_000

    static let minute: Int64 = 60_000

    init(_ definition: PipelineDefinition) {
        machine = PipelineMachine(definition)
        definitions = [definition.version: definition]
    }

    mutating func take(_ event: PipelineEvent) throws {
        time += 1000
        let before = machine
        let step: MachineStep
        do {
            step = try machine.apply(event, at: time, using: &random)
        } catch {
            #expect(machine == before, "a refused event leaves nothing behind")
            throw error
        }
        if case .defined(let definition) = event { definitions[definition.version] = definition }
        for execution in step.touched { records[execution.id] = execution }
        for effect in step.effects {
            switch effect {
            case .run(let order), .runRule(let order): orders.append(order)
            case .cancel(let id):
                #expect(orders.contains { $0.id == id }, "only what runs is cancelled")
                orders.removeAll { $0.id == id }
                cancelled.append(id)
            case .announce(let announcement):
                announcements.append(announcement)
                let place = [announcement.stage, announcement.action].compactMap(\.self).joined(separator: ".")
                let subject = announcement.subject == .approvalNeeded ? " needs approval" : ""
                said.append(
                    "\(announcement.executionNumber) \(place.isEmpty ? "" : place + " ")\(announcement.state)\(subject)"
                )
            }
        }
        let restored = try PipelineMachine(
            restoring: JSONText.decode(MachineSnapshot.self, from: JSONText.encode(machine.snapshot)),
            definitions: definitions,
            executions: Array(records.values)
        )
        #expect(restored == machine, "what the journal has makes the same machine again")
        machine = restored
    }

    /// Takes an event that must be refused.
    mutating func refusal(_ event: PipelineEvent) -> PipelineRefusal? {
        #expect(throws: PipelineRefusal.self) { try take(event) }
    }

    // MARK: - Events

    mutating func start(_ numbers: Int..., variables: [String: String] = [:]) throws {
        for number in numbers {
            try take(.start(Self.start(number, variables: variables)))
        }
    }

    static func start(_ number: Int, variables: [String: String] = [:]) -> ExecutionStart {
        ExecutionStart(
            id: "\(number)",
            number: Int64(number),
            trigger: ExecutionTrigger(.startPipelineExecution, detail: "alice"),
            variables: variables
        )
    }

    /// Ends an action, or a rule, of an execution; it delivers all of its outputs.
    mutating func end(_ name: String, of number: Int, failed: String? = nil, variables: [String: String] = [:]) throws {
        let order = try #require(self.order(name, of: number))
        var outcome = ActionOutcome()
        outcome.output.variables = variables
        outcome.output.artifacts = order.outputs.map { output in
            ArtifactReference(name: output.name, digest: "\(output.name)-\(order.id)", size: 1, key: output.key)
        }
        if let failed { outcome.failure = ActionFailure(.jobFailed, failed) }
        orders.removeAll { $0.id == order.id }
        try take(.actionEnded(id: order.id, outcome))
    }

    mutating func answer(_ action: String, of number: Int, in stage: String, approves: Bool = true) throws {
        let token = try #require(self[number].stage(stage)?.latest(action)?.token)
        try take(.approvalGiven(Self.answer(action, in: stage, token: token, approves: approves)))
    }

    static func answer(_ action: String, in stage: String, token: String, approves: Bool = true) -> ApprovalAnswer {
        ApprovalAnswer(
            stage: stage,
            action: action,
            token: token,
            isApproved: approves,
            comment: "because",
            person: "bob"
        )
    }

    mutating func setTransition(_ stage: String, _ isEnabled: Bool) throws {
        try take(.setTransition(stage: stage, isEnabled: isEnabled, reason: "a freeze", by: "carol"))
    }

    mutating func stop(_ number: Int, abandons: Bool = false) throws {
        try take(.stop(execution: "\(number)", abandons: abandons, reason: "wrong one", by: "dave"))
    }

    mutating func retry(_ number: Int, _ stage: String, _ mode: RetryMode = .failedActions) throws {
        try take(.retry(execution: "\(number)", stage: stage, mode: mode, by: "erin"))
    }

    static func retry(_ number: Int, _ stage: String, _ mode: RetryMode = .failedActions) -> PipelineEvent {
        .retry(execution: "\(number)", stage: stage, mode: mode, by: "erin")
    }

    // MARK: - How it stands

    subscript(_ number: Int) -> PipelineExecution {
        records["\(number)"]
            ?? records.values.first { $0.number == Int64(number) }
            ?? PipelineExecution.unknown
    }

    func order(_ name: String, of number: Int) -> ActionOrder? {
        orders.first { $0.name == name && $0.executionNumber == Int64(number) }
    }

    /// What runs, such as `1 train`, in the order of the beginnings.
    var running: [String] { orders.map { "\($0.executionNumber) \($0.name)" } }

    func stage(_ name: String) -> StageState { machine.stage(name) ?? StageState(name: "") }
}

extension PipelineExecution {
    /// Stands for one that there is not.
    static var unknown: PipelineExecution {
        var machine = PipelineMachine(Sketch.pipeline("Source: Code", "Build: build"))
        var random = SeededNumbers(seed: 0)
        let step = try? machine.apply(.start(Scene.start(-1)), at: 0, using: &random)
        guard let execution = step?.touched.first else { preconditionFailure("a start makes an execution") }
        return execution
    }
}
