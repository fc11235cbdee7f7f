// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Rollbacks")
struct RollbackTests {
    private let definition = Sketch.pipeline("Source: Code>S", "Deploy: deploy<S> | check")

    private func scene(_ definition: PipelineDefinition, runs: Int) throws -> Scene {
        var scene = Scene(definition)
        for number in 1...runs {
            try scene.start(number)
            try scene.end("Code", of: number, variables: ["CommitId": "c\(number)"])
            try scene.end("deploy", of: number)
            try scene.end("check", of: number)
        }
        return scene
    }

    private func rollback(_ stage: String, to target: PipelineExecution, number: Int) -> PipelineEvent {
        .rollback(stage: stage, target: target, id: "\(number)", number: Int64(number), by: "frank")
    }

    @Test("a rollback is a new execution of the one stage, with the artifacts and variables of its target")
    func manual() throws {
        var scene = try scene(definition, runs: 2)
        try scene.take(rollback("Deploy", to: scene[1], number: 3))
        #expect(scene[3].isRollback && scene[3].rollbackTarget == "1")
        #expect(scene[3].trigger == ExecutionTrigger(.manualRollback, detail: "frank"))
        #expect(scene.order("deploy", of: 3)?.inputs == [scene[1].artifacts["S"]].compactMap(\.self))
        #expect(scene[3].outputVariables["Code"] == ["CommitId": "c1"])
        #expect(scene.stage("Deploy").occupant == "3")
        try scene.end("deploy", of: 3)
        try scene.end("check", of: 3)
        #expect(scene[3].status == .succeeded)
        #expect(scene[3].stages.map(\.status) == [nil, .succeeded])
        #expect(scene.stage("Deploy").occupant == nil)
    }

    @Test("rollbacks that make no sense are refused with the reason")
    func refusals() throws {
        var scene = try scene(definition, runs: 2)
        try scene.start(3)
        try scene.end("Code", of: 3)
        let busy = scene.refusal(rollback("Deploy", to: scene[1], number: 9))
        #expect(busy?.exception == "UnableToRollbackStageException")
        #expect(busy?.message.contains("abalone/3 is in it") == true)
        try scene.end("deploy", of: 3, failed: "no")
        let notSucceeded = scene.refusal(rollback("Deploy", to: scene[3], number: 9))
        #expect(notSucceeded?.message.contains("abalone/3 has not succeeded in it") == true)
        #expect(scene.refusal(rollback("Source", to: scene[1], number: 9))?.message.contains("source stage") == true)
        #expect(scene.refusal(rollback("Nowhere", to: scene[1], number: 9))?.exception == "StageNotFoundException")
        try scene.take(rollback("Deploy", to: scene[1], number: 4))
        try scene.end("deploy", of: 4)
        try scene.end("check", of: 4)
        #expect(
            scene.refusal(rollback("Deploy", to: scene[4], number: 9))?.message.contains("itself a rollback") == true
        )
        try scene.take(.defined(definition.version(2)))
        let outdated = scene.refusal(rollback("Deploy", to: scene[1], number: 9))
        #expect(outdated?.exception == "PipelineExecutionOutdatedException")
    }

    @Test("PARALLEL: nothing can be rolled back")
    func parallel() throws {
        var definition = definition
        definition.executionMode = .parallel
        var scene = try scene(definition, runs: 1)
        let refusal = scene.refusal(rollback("Deploy", to: scene[1], number: 2))
        #expect(refusal?.exception == "UnableToRollbackStageException")
    }

    @Test("onFailure ROLLBACK goes back to what last succeeded, before anybody who waits")
    func automatic() throws {
        let definition = definition.with("Deploy") { $0.onFailure = FailureConditions(result: .rollback) }
        var scene = try scene(definition, runs: 2)
        try scene.start(3)
        try scene.end("Code", of: 3)
        try scene.start(4)
        try scene.end("Code", of: 4)
        #expect(scene.stage("Deploy").waiting == ["4"])
        try scene.end("deploy", of: 3, failed: "unhealthy")
        #expect(scene[3].status == .failed)
        #expect(scene[5].rollbackTarget == "2" && scene[5].status == .inProgress)
        #expect(scene[5].trigger.kind == .automatedRollback)
        #expect(scene.running == ["5 deploy"] && scene.stage("Deploy").waiting == ["4"])
        #expect(scene.refusal(Scene.retry(3, "Deploy"))?.exception == "NotLatestPipelineExecutionException")
        try scene.end("deploy", of: 5)
        try scene.end("check", of: 5)
        #expect(scene.running == ["4 deploy"])
        try scene.end("deploy", of: 4, failed: "unhealthy")
        #expect(scene[6].rollbackTarget == "2", "a rollback's own target is what ran")
    }

    @Test("without a success before, a stage with onFailure ROLLBACK stays failed and says why")
    func nothingBefore() throws {
        let definition = definition.with("Deploy") { $0.onFailure = FailureConditions(result: .rollback) }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.end("deploy", of: 1, failed: "unhealthy")
        #expect(scene[1].status == .failed && scene.machine.lastNumber == 1)
        #expect(
            scene[1].statusSummary
                == "The stage `Deploy` failed. The action `deploy`: unhealthy It was not rolled back: no execution has succeeded "
                + "in the stage before."
        )
    }

    @Test("a rollback that fails is not rolled back, and can be retried")
    func failedRollback() throws {
        let definition = definition.with("Deploy") { stage in
            stage.onFailure = FailureConditions(result: .rollback)
            stage.beforeEntry = Sketch.check("#{Code.CommitId}", "NE", "never", .fail)
        }
        var scene = try scene(definition, runs: 1)
        try scene.take(rollback("Deploy", to: scene[1], number: 2))
        try scene.end("deploy", of: 2, failed: "unhealthy")
        #expect(scene[2].status == .failed && scene.running.isEmpty && scene.machine.lastNumber == 2)
        try scene.retry(2, "Deploy")
        try scene.end("deploy", of: 2)
        try scene.end("check", of: 2)
        #expect(scene[2].status == .succeeded)
    }

    @Test("a rollback passes a closed transition")
    func closedTransition() throws {
        var scene = try scene(definition, runs: 1)
        try scene.setTransition("Deploy", false)
        try scene.take(rollback("Deploy", to: scene[1], number: 2))
        #expect(scene.running == ["2 deploy"])
    }
}
