// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Changes of the definition")
struct DefinitionChangeTests {
    @Test("an execution runs to its end with the definition that it was started with")
    func keeps() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: a | b", "Deploy: deploy"))
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.take(.defined(Sketch.pipeline("Source: Code", "Check: check", "Build: c", version: 2)))
        #expect(scene.machine.stages.map(\.name) == ["Source", "Check", "Build", "Deploy"])
        try scene.end("a", of: 1)
        #expect(scene.order("b", of: 1)?.version == 1)
        try scene.end("b", of: 1)
        try scene.end("deploy", of: 1)
        #expect(scene[1].status == .succeeded && scene[1].version == 1)
        #expect(scene.machine.stages.map(\.name) == ["Source", "Check", "Build"])
        try scene.start(2)
        try scene.end("Code", of: 2)
        #expect(scene.running == ["2 check"])
        #expect(scene.machine.definitions.keys.sorted() == [1, 2], "the latest of Build can still ask for its version")
        try scene.end("check", of: 2)
        #expect(scene.machine.definitions.keys.sorted() == [2])
    }

    @Test("who waits before a stage that the new definition does not have is let in all the same")
    func vanishedStage() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build", "Deploy: deploy"))
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.start(2)
        try scene.end("Code", of: 2)
        try scene.setTransition("Deploy", false)
        try scene.take(.defined(Sketch.pipeline("Source: Code", "Other: other", version: 2)))
        try scene.end("build", of: 1)
        #expect(scene.running == ["2 build"] && scene.stage("Deploy").waiting == ["1"])
        try scene.setTransition("Deploy", true)
        try scene.end("deploy", of: 1)
        try scene.end("build", of: 2)
        try scene.end("deploy", of: 2)
        #expect(scene[1].status == .succeeded && scene[2].status == .succeeded)
        #expect(scene.machine.stages.map(\.name) == ["Source", "Other"])
        #expect(scene.machine.executions.keys.sorted() == ["2"], "the latest of Source")
    }

    @Test("transitions stay as they are")
    func transitions() throws {
        let definition = Sketch.pipeline("Source: Code", "Build: build")
        var scene = Scene(definition)
        try scene.setTransition("Build", false)
        try scene.take(.defined(definition.version(2)))
        #expect(scene.stage("Build").transition.isEnabled == false)
    }

    @Test("versions go up, and the name stays")
    func refusals() throws {
        let definition = Sketch.pipeline("Source: Code", "Build: build")
        var scene = Scene(definition.version(2))
        try scene.take(.defined(definition.version(2)))
        #expect(scene.refusal(.defined(definition))?.exception == "ConflictException")
        var renamed = definition.version(3)
        renamed.name = "other"
        #expect(scene.refusal(.defined(renamed))?.exception == "ValidationException")
    }

    @Test("a failed execution is retried with the definition that it was started with")
    func retry() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: a | b", "Deploy: deploy"))
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.end("a", of: 1, failed: "no")
        try scene.take(.defined(Sketch.pipeline("Source: Code", "Build: x", version: 2)))
        try scene.retry(1, "Build")
        try scene.end("a", of: 1)
        try scene.end("b", of: 1)
        try scene.end("deploy", of: 1)
        #expect(scene[1].status == .succeeded)
    }

    @Test("a machine whose journal has lost something says what")
    func lost() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build"))
        try scene.start(1)
        let snapshot = scene.machine.snapshot
        #expect(snapshot.versions == [1] && snapshot.executions == ["1"])
        let refusal = #expect(throws: PipelineRefusal.self) {
            _ = try PipelineMachine(
                restoring: snapshot,
                definitions: scene.machine.definitions,
                executions: []
            )
        }
        #expect(refusal?.message.contains("does not have the execution 1") == true)
        #expect(throws: PipelineRefusal.self) {
            _ = try PipelineMachine(restoring: snapshot, definitions: [:], executions: Array(scene.records.values))
        }
    }
}
