// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Stops")
struct StopTests {
    private func building() throws -> Scene {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: a b | c", "Deploy: deploy"))
        try scene.start(1)
        try scene.end("Code", of: 1)
        return scene
    }

    @Test("a stop waits for what runs, and nothing later begins")
    func waits() throws {
        var scene = try building()
        try scene.stop(1)
        #expect(scene[1].status == .stopping && scene[1].stage("Build")?.status == .stopping)
        #expect(scene[1].stopReason == "wrong one" && scene[1].stopRequestedBy == "dave")
        try scene.end("a", of: 1)
        #expect(scene[1].status == .stopping)
        try scene.end("b", of: 1)
        #expect(scene[1].status == .stopped && scene[1].stage("Build")?.status == .stopped)
        #expect(scene[1].stage("Build")?.latest("a")?.status == .succeeded && scene.running.isEmpty)
        #expect(scene.said.suffix(4) == ["1 Build.a SUCCEEDED", "1 Build.b SUCCEEDED", "1 Build STOPPED", "1 STOPPED"])
    }

    @Test("a stop with abandoning ends what runs")
    func abandons() throws {
        var scene = try building()
        let ids = scene.orders.map(\.id)
        try scene.stop(1, abandons: true)
        #expect(scene[1].status == .stopped && scene.cancelled == ids)
        let action = try #require(scene[1].stage("Build")?.latest("a"))
        #expect(action.status == .abandoned && action.isCancelled)
        #expect(
            scene.said.suffix(5) == [
                "1 STOPPING", "1 Build.a ABANDONED", "1 Build.b ABANDONED", "1 Build STOPPED", "1 STOPPED",
            ]
        )
    }

    @Test("a second stop is refused unless it abandons")
    func twice() throws {
        var scene = try building()
        try scene.stop(1)
        let again = PipelineEvent.stop(execution: "1", abandons: false, reason: "", by: "dave")
        #expect(scene.refusal(again)?.exception == "DuplicatedStopRequestException")
        try scene.stop(1, abandons: true)
        #expect(scene[1].status == .stopped)
        #expect(
            scene.refusal(again)
                == PipelineRefusal(
                    "PipelineExecutionNotStoppableException",
                    "abalone/1 is Stopped, so there is nothing to stop."
                )
        )
    }

    @Test("one that waits before a stage stops at once and gives up its place")
    func whileWaiting() throws {
        var scene = try building()
        try scene.start(2)
        try scene.end("Code", of: 2)
        try scene.stop(2)
        #expect(scene[2].status == .stopped && scene.stage("Build").waiting.isEmpty)
        #expect(scene.refusal(Scene.retry(2, "Build"))?.exception == "StageNotRetryableException")
    }

    @Test("who waits behind a stopped execution enters")
    func frees() throws {
        var scene = try building()
        try scene.start(2)
        try scene.end("Code", of: 2)
        try scene.stop(1, abandons: true)
        #expect(scene.running == ["2 a", "2 b"])
    }

    @Test("a stopped stage can be retried: what was abandoned runs again, what has succeeded does not")
    func retried() throws {
        var scene = try building()
        try scene.end("a", of: 1)
        try scene.stop(1, abandons: true)
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 b"] && scene[1].stopReason == nil)
        try scene.end("b", of: 1)
        #expect(scene.running == ["1 c"])
    }

    @Test("one that stopped between actions goes on behind them")
    func retriedBetween() throws {
        var scene = try building()
        try scene.stop(1)
        try scene.end("a", of: 1)
        try scene.end("b", of: 1)
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 c"])
        try scene.stop(1)
        try scene.end("c", of: 1)
        #expect(scene[1].status == .stopped)
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 deploy"])
    }

    @Test("while it stops, an execution cannot be retried")
    func retryWhileStopping() throws {
        var scene = try building()
        try scene.end("a", of: 1, failed: "no")
        try scene.stop(1)
        #expect(scene.refusal(Scene.retry(1, "Build"))?.message.contains("is being stopped") == true)
        try scene.end("b", of: 1)
        #expect(scene[1].status == .stopped)
    }

    @Test("an abandoned approval is over, and its token too")
    func approval() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Approval: ask?"))
        try scene.start(1)
        try scene.end("Code", of: 1)
        let token = try #require(scene[1].stage("Approval")?.latest("ask")?.token)
        try scene.stop(1)
        #expect(scene[1].status == .stopping)
        try scene.stop(1, abandons: true)
        #expect(scene[1].status == .stopped && scene.cancelled.isEmpty)
        let refusal = scene.refusal(.approvalGiven(Scene.answer("ask", in: "Approval", token: token)))
        #expect(refusal?.exception == "ApprovalAlreadyCompletedException")
        #expect(refusal?.message.contains("as dave stopped the execution") == true)
    }

    @Test("an execution that there is not cannot be stopped")
    func unknown() {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build"))
        let refusal = scene.refusal(.stop(execution: "none", abandons: false, reason: "", by: "dave"))
        #expect(refusal?.exception == "PipelineExecutionNotStoppableException")
    }
}
