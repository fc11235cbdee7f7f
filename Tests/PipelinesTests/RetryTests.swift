// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Retries")
struct RetryTests {
    private let definition = Sketch.pipeline("Source: Code>S", "Build: a<S>A b<S>B | c<A,B>", "Deploy: deploy")

    private func failed() throws -> Scene {
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.end("a", of: 1, failed: "exit status 1")
        try scene.end("b", of: 1)
        return scene
    }

    @Test("FAILED_ACTIONS runs only the failed ones again, under new ids, and then goes on")
    func failedActions() throws {
        var scene = try failed()
        let first = try #require(scene[1].stage("Build")?.latest("a")?.id)
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 a"] && scene.order("a", of: 1)?.id != first)
        #expect(scene[1].status == .inProgress && scene[1].statusSummary == nil)
        #expect(scene.stage("Build").occupant == "1")
        #expect(scene.said.suffix(3) == ["1 RESUMED", "1 Build RESUMED", "1 Build.a STARTED"])
        try scene.end("a", of: 1)
        #expect(scene.running == ["1 c"])
        try scene.end("c", of: 1)
        try scene.end("deploy", of: 1)
        #expect(scene[1].status == .succeeded)
        let stage = try #require(scene[1].stage("Build"))
        #expect(stage.actions.map(\.name) == ["a", "b", "a", "c"])
        #expect(stage.manualRetries == 1 && stage.latestRetryTrigger == "ManualStageRetry")
    }

    @Test("a stage is retried a hundred times by people, not more: its record would grow without end")
    func limit() throws {
        var scene = try failed()
        for _ in 1...100 {
            try scene.retry(1, "Build")
            try scene.end("a", of: 1, failed: "exit status 1")
        }
        let event = PipelineEvent.retry(execution: "1", stage: "Build", mode: .failedActions, by: "bob")
        let refused = scene.refusal(event)
        let refusal = try #require(refused)
        #expect(refusal.exception == "StageNotRetryableException")
        #expect(refusal.message.contains("retried 100 times") && refusal.message.contains("Start a new execution"))
    }

    @Test("why a stage has failed is one sentence, however many actions have")
    func severalFailures() throws {
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.end("a", of: 1, failed: "It ended with 1.")
        try scene.end("b", of: 1, failed: "It ended with 2.")
        let summary = try #require(scene[1].statusSummary)
        #expect(summary.hasSuffix("Actions failed: `a`: It ended with 1; `b`: It ended with 2."), "\(summary)")
    }

    @Test("ALL_ACTIONS begins with the first again, and new artifacts replace the old")
    func allActions() throws {
        var scene = try failed()
        let old = try #require(scene[1].artifacts["B"])
        try scene.retry(1, "Build", .allActions)
        #expect(scene.running == ["1 a", "1 b"])
        #expect(scene.order("b", of: 1)?.outputs.first?.key != old.key)
        try scene.end("a", of: 1)
        try scene.end("b", of: 1)
        #expect(scene[1].artifacts["B"] != old)
        #expect(scene.order("c", of: 1)?.inputs.map(\.name) == ["A", "B"])
    }

    @Test("FAILED_ACTIONS is allowed while siblings run, ALL_ACTIONS is not")
    func whileRunning() throws {
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1)
        #expect(scene.refusal(Scene.retry(1, "Build"))?.exception == "StageNotRetryableException")
        try scene.end("a", of: 1, failed: "exit status 1")
        #expect(
            scene.refusal(Scene.retry(1, "Build", .allActions))
                == PipelineRefusal(
                    "StageNotRetryableException",
                    "Actions of the stage `Build` of abalone/1 are still in progress. Wait for their end, or retry "
                        + "FAILED_ACTIONS."
                )
        )
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 b", "1 a"])
        try scene.end("b", of: 1)
        try scene.end("a", of: 1)
        #expect(scene.running == ["1 c"])
    }

    @Test("a retry is refused when a newer execution has entered the stage")
    func newerEntered() throws {
        var scene = try failed()
        try scene.start(2)
        try scene.end("Code", of: 2)
        #expect(
            scene.refusal(Scene.retry(1, "Build"))
                == PipelineRefusal(
                    "NotLatestPipelineExecutionException",
                    "1 is not the latest in the stage `Build`: abalone/2 has entered it since. Retry that one if it "
                        + "fails, or start a new execution."
                )
        )
    }

    @Test("a retry is refused when one that waited has entered the failed stage")
    func waitingEntered() throws {
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.start(2)
        try scene.end("Code", of: 2)
        try scene.end("b", of: 1)
        try scene.end("a", of: 1, failed: "no")
        #expect(scene.running == ["2 a", "2 b"])
        #expect(scene.refusal(Scene.retry(1, "Build"))?.exception == "NotLatestPipelineExecutionException")
        #expect(
            scene.refusal(.retry(execution: "none", stage: "Build", mode: .failedActions, by: "erin"))?.exception
                == "NotLatestPipelineExecutionException"
        )
    }

    @Test("a failed execution can be retried while a newer one waits before a closed transition")
    func newerWaits() throws {
        var scene = try failed()
        try scene.setTransition("Build", false)
        try scene.start(2)
        try scene.end("Code", of: 2)
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 a"] && scene.stage("Build").waiting == ["2"])
    }

    @Test("stages that have not failed cannot be retried")
    func notFailed() throws {
        var scene = try failed()
        #expect(scene.refusal(Scene.retry(1, "Deploy"))?.exception == "StageNotRetryableException")
        #expect(scene.refusal(Scene.retry(1, "Nowhere"))?.exception == "StageNotFoundException")
        #expect(
            scene.refusal(Scene.retry(1, "Source"))?.message
                == "The stage `Source` of abalone/1 is Succeeded, not Failed. Only a stage that has failed or was stopped can be "
                + "retried."
        )
    }

    @Test("an execution that was superseded cannot be retried")
    func superseded() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build"))
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.start(2)
        try scene.end("Code", of: 2)
        try scene.start(3)
        try scene.end("Code", of: 3)
        #expect(scene[2].status == .superseded)
        #expect(scene.refusal(Scene.retry(2, "Build"))?.exception == "NotLatestPipelineExecutionException")
    }

    @Test("onFailure RETRY tries once by itself, and then fails", arguments: [RetryMode.failedActions, .allActions])
    func automatic(mode: RetryMode) throws {
        let definition = definition.with("Build") { $0.onFailure = FailureConditions(result: .retry, retryMode: mode) }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.end("a", of: 1, failed: "no")
        try scene.end("b", of: 1)
        #expect(scene[1].status == .inProgress)
        #expect(scene.running == (mode == .failedActions ? ["1 a"] : ["1 a", "1 b"]))
        #expect(scene[1].stage("Build")?.latestRetryTrigger == "AutomatedStageRetry")
        if mode == .allActions { try scene.end("b", of: 1) }
        try scene.end("a", of: 1, failed: "no")
        #expect(scene[1].status == .failed && scene[1].stage("Build")?.automaticRetries == 1)
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 a"])
    }

    @Test("a source stage may be retried by itself too")
    func automaticSource() throws {
        let definition = definition.with("Source") { $0.onFailure = FailureConditions(result: .retry) }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1, failed: "no branch")
        #expect(scene.running == ["1 Code"])
    }

    @Test("PARALLEL: any of the last failed executions can be retried")
    func parallel() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build", mode: .parallel))
        for number in 1...25 {
            try scene.start(number)
            try scene.end("Code", of: number, failed: "no")
        }
        try scene.retry(10, "Source")
        #expect(scene.running == ["10 Code"])
        #expect(scene.machine.executions.count <= 21)
        #expect(scene.refusal(Scene.retry(1, "Source"))?.exception == "NotLatestPipelineExecutionException")
    }
}
