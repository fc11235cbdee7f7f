// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Executions that meet")
struct ExecutionModeTests {
    private let stages = ["Source: Code", "Build: build", "Deploy: deploy"]

    private func scene(_ mode: ExecutionMode) -> Scene { Scene(Sketch.pipeline(stages, mode: mode)) }

    @Test("an execution goes from stage to stage to its end")
    func wholeWay() throws {
        var scene = scene(.superseded)
        try scene.start(1)
        #expect(scene.running == ["1 Code"])
        try scene.end("Code", of: 1)
        #expect(scene.running == ["1 build"])
        try scene.end("build", of: 1)
        try scene.end("deploy", of: 1)
        #expect(scene[1].status == .succeeded)
        #expect(scene[1].stages.map(\.status) == [.succeeded, .succeeded, .succeeded])
        #expect(
            scene.said == [
                "1 STARTED", "1 Source STARTED", "1 Source.Code STARTED", "1 Source.Code SUCCEEDED",
                "1 Source SUCCEEDED",
                "1 Build STARTED", "1 Build.build STARTED", "1 Build.build SUCCEEDED", "1 Build SUCCEEDED",
                "1 Deploy STARTED", "1 Deploy.deploy STARTED", "1 Deploy.deploy SUCCEEDED", "1 Deploy SUCCEEDED",
                "1 SUCCEEDED",
            ]
        )
    }

    @Test("SUPERSEDED: before a busy stage the newest waits, and an older one that waited is superseded")
    func superseded() throws {
        var scene = scene(.superseded)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.start(2)
        try scene.end("Code", of: 2)
        #expect(scene.stage("Build").waiting == ["2"])
        try scene.start(3)
        try scene.end("Code", of: 3)
        #expect(scene[2].status == .superseded)
        #expect(scene[1].status == .inProgress && scene.running == ["1 build"])
        #expect(scene.stage("Build").waiting == ["3"])
        try scene.end("build", of: 1)
        #expect(scene.running == ["3 build", "1 deploy"] || scene.running == ["1 deploy", "3 build"])
        #expect(scene.said.contains("2 SUPERSEDED"))
    }

    @Test("SUPERSEDED: the source stage is locked like any other")
    func supersededAtSource() throws {
        var scene = scene(.superseded)
        try scene.start(1, 2, 3)
        #expect(scene[2].status == .superseded)
        #expect(scene.running == ["1 Code"])
        try scene.end("Code", of: 1)
        #expect(Set(scene.running) == ["1 build", "3 Code"])
    }

    @Test("QUEUED: executions wait in the order of their starts, and none is superseded")
    func queued() throws {
        var scene = scene(.queued)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.start(2)
        try scene.end("Code", of: 2)
        try scene.start(3)
        try scene.end("Code", of: 3)
        #expect(scene.stage("Build").waiting == ["2", "3"])
        try scene.end("build", of: 1, failed: "no")
        #expect(scene.running == ["2 build"])
        try scene.end("build", of: 2)
        #expect(Set(scene.running) == ["2 deploy", "3 build"])
        try scene.end("build", of: 3)
        #expect(scene.stage("Deploy").waiting == ["3"])
        try scene.end("deploy", of: 2)
        try scene.end("deploy", of: 3)
        #expect([1, 2, 3].map { scene[$0].status } == [.failed, .succeeded, .succeeded])
    }

    @Test("PARALLEL: executions neither wait nor lock")
    func parallel() throws {
        var scene = scene(.parallel)
        try scene.start(1, 2, 3)
        #expect(scene.running == ["1 Code", "2 Code", "3 Code"])
        for number in [3, 1, 2] { try scene.end("Code", of: number) }
        #expect(scene.running == ["3 build", "1 build", "2 build"])
        #expect(scene.stage("Build").occupant == nil)
        for number in [1, 2, 3] {
            try scene.end("build", of: number)
            try scene.end("deploy", of: number)
            #expect(scene[number].status == .succeeded && scene[number].mode == .parallel)
        }
    }

    @Test("fifty executions may be alive", arguments: [ExecutionMode.queued, .parallel])
    func cap(mode: ExecutionMode) throws {
        var scene = scene(mode)
        for number in 1...50 { try scene.start(number) }
        let refusal = scene.refusal(.start(Scene.start(51)))
        #expect(refusal?.exception == "ConcurrentPipelineExecutionsLimitExceededException")
        try scene.stop(50, abandons: true)
        try scene.start(51)
        #expect(scene[51].status == .inProgress)
    }

    @Test("who waits behind a failed stage enters at once")
    func behindFailure() throws {
        var scene = scene(.superseded)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.start(2)
        try scene.end("Code", of: 2)
        try scene.end("build", of: 1, failed: "exit status 1")
        #expect(scene[1].status == .failed)
        #expect(scene.running == ["2 build"])
        #expect(scene.stage("Build").latest == "2")
    }

    @Test("at a closed transition executions supersede each other, and the newest enters when it is opened")
    func transition() throws {
        var scene = scene(.superseded)
        try scene.setTransition("Build", false)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.start(2)
        try scene.end("Code", of: 2)
        #expect(scene[1].status == .superseded && scene.running.isEmpty)
        #expect(scene.stage("Build").transition.reason == "a freeze")
        #expect(scene.stage("Build").transition.changedBy == "carol")
        try scene.setTransition("Build", true)
        #expect(scene.running == ["2 build"])
        #expect(scene.stage("Build").transition.isEnabled && scene.stage("Build").transition.reason == nil)
    }

    @Test("a closed transition holds executions of every mode", arguments: [ExecutionMode.queued, .parallel])
    func transitionOfOthers(mode: ExecutionMode) throws {
        var scene = scene(mode)
        try scene.setTransition("Source", false)
        try scene.start(1, 2)
        #expect(scene.running.isEmpty && scene.stage("Source").waiting == ["1", "2"])
        try scene.setTransition("Source", true)
        #expect(scene.running == (mode == .queued ? ["1 Code"] : ["1 Code", "2 Code"]))
    }

    @Test("a stage that is running is not touched when the transition into it is closed")
    func transitionWhileRunning() throws {
        var scene = scene(.superseded)
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.setTransition("Build", false)
        try scene.end("build", of: 1)
        try scene.end("deploy", of: 1)
        #expect(scene[1].status == .succeeded)
    }

    @Test("the transition of a stage that there is not is refused")
    func unknownStage() {
        var scene = scene(.superseded)
        let refusal = scene.refusal(.setTransition(stage: "Nowhere", isEnabled: false, reason: "", by: "carol"))
        #expect(refusal?.exception == "StageNotFoundException")
        #expect(
            refusal?.message
                == "The pipeline abalone has no stage `Nowhere`. Its stages are: Source, Build, Deploy."
        )
    }

    @Test("an execution keeps the mode that it was started with")
    func changedMode() throws {
        var scene = scene(.queued)
        try scene.start(1, 2, 3)
        try scene.take(.defined(Sketch.pipeline(stages, mode: .superseded, version: 2)))
        try scene.start(4, 5)
        #expect(scene.stage("Source").waiting == ["2", "3", "5"])
        #expect(scene[4].status == .superseded && scene[3].status == .inProgress)
        try scene.take(.defined(Sketch.pipeline(stages, mode: .parallel, version: 3)))
        try scene.start(6)
        #expect(scene.running == ["1 Code", "6 Code"])
        try scene.end("Code", of: 1)
        try scene.end("Code", of: 2)
        try scene.end("Code", of: 3)
        #expect(scene.running.contains("5 Code"))
    }
}
