// SPDX-License-Identifier: Apache-2.0

import Pipelines
import TestSupport

@testable import Journals

/// A pipeline of one source and one build, and what its machine makes of events.
struct PipelineFixture {
    static let name = "demo"

    let journal: Journal
    var machine: PipelineMachine

    /// A journal with the pipeline `demo`.
    static func make() throws -> PipelineFixture {
        let machine = PipelineMachine(definition())
        let journal = try Journal(path: Fixture.path)
        try journal.define(machine.definition, origin: "test", assumesRules: true, step: step(machine), at: 1_000)
        return PipelineFixture(journal: journal, machine: machine)
    }

    static func definition(version: Int = 1, mode: ExecutionMode = .superseded) -> PipelineDefinition {
        var source = ActionDeclaration(name: "Main", type: ActionTypeID(category: "Source", provider: "CodeCommit"))
        source.outputArtifacts = [ActionDeclaration.Output(name: "MainSource")]
        var build = ActionDeclaration(name: "Train", type: ActionTypeID(category: "Build", provider: "CodeBuild"))
        build.inputArtifacts = ["MainSource"]
        var definition = PipelineDefinition(
            name: name,
            stages: [
                StageDeclaration(name: "Source", actions: [source]), StageDeclaration(name: "Build", actions: [build]),
            ]
        )
        definition.version = version
        definition.executionMode = mode
        return definition
    }

    static func step(_ machine: PipelineMachine, _ outcome: MachineStep = MachineStep()) -> PipelineStep {
        var step = PipelineStep(
            pipeline: machine.definition.name,
            machine: machine.snapshot,
            deadline: machine.nextDeadline
        )
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

    /// What an event changes; the machine has taken it.
    mutating func apply(_ event: PipelineEvent, at time: Int64 = 2_000) throws -> PipelineStep {
        var generator = SystemRandomNumberGenerator()
        let outcome = try machine.apply(event, at: time, using: &generator)
        return Self.step(machine, outcome)
    }

    /// The wish for the n-th execution.
    static func draft(_ number: Int, key: String? = nil, pipeline: String = name) -> ExecutionDraft {
        let start = ExecutionStart(id: id(number), number: 0, trigger: ExecutionTrigger(.startPipelineExecution))
        return ExecutionDraft(pipeline: pipeline, key: key, event: .start(start))
    }

    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
}
