// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Starts of executions")
struct StartTests {
    private func scene() -> Scene {
        var definition = Sketch.pipeline("Source: Code", "Build: build")
        definition.variables = [
            VariableDeclaration(name: "Environment", defaultValue: "staging"), VariableDeclaration(name: "Size"),
        ]
        return Scene(definition)
    }

    @Test("given values win over defaults, and both are fixed at the start")
    func variables() throws {
        var scene = scene()
        try scene.start(1, variables: ["Size": "9"])
        try scene.start(2, variables: ["Size": "1", "Environment": "production"])
        #expect(scene[1].variables == ["Size": "9", "Environment": "staging"])
        #expect(scene[2].variables == ["Size": "1", "Environment": "production"])
    }

    @Test(
        "variables that do not fit are refused",
        arguments: [
            ([:], "The variable `Size` of the pipeline abalone has no default. Give it a value at the start."),
            (["Size": ""], "The value of the variable `Size` has 0 characters. Give it 1 to 1000."),
            (
                ["Size": "1", "Colour": "red"],
                "The pipeline abalone has no variable `Colour`. It has: Environment, Size."
            ),
            (
                ["Size": String(repeating: "x", count: 1001)],
                "The value of the variable `Size` has 1001 characters. Give it 1 to 1000."
            ),
        ]
    )
    func refusals(variables: [String: String], message: String) {
        var scene = scene()
        let refusal = scene.refusal(.start(Scene.start(1, variables: variables)))
        #expect(refusal == PipelineRefusal("ValidationException", message))
    }

    @Test("a revision of an action that is no source is refused")
    func unknownSource() {
        var scene = scene()
        var start = Scene.start(1, variables: ["Size": "1"])
        start.revisions["build"] = SourceRevision(type: "COMMIT_ID", id: "abc")
        #expect(
            scene.refusal(.start(start))
                == PipelineRefusal(
                    "ValidationException",
                    "The pipeline abalone has no source action `build`. Its source actions are: Code."
                )
        )
    }

    @Test("a source action is told what it is pinned to, and a retry repeats what it has delivered")
    func revisions() throws {
        var scene = Scene(Sketch.pipeline("Source: Main Model", "Build: build"))
        var start = Scene.start(1)
        start.revisions["Model"] = SourceRevision(type: "COMMIT_ID", id: "abc")
        try scene.take(.start(start))
        #expect(scene.order("Model", of: 1)?.revision?.id == "abc")
        let main = try #require(scene.order("Main", of: 1))
        #expect(main.revision == nil)
        var outcome = ActionOutcome()
        outcome.output.revision = SourceRevision(type: "COMMIT_ID", id: "def")
        try scene.take(.actionEnded(id: main.id, outcome))
        try scene.end("Model", of: 1, failed: "no branch")
        #expect(scene[1].status == .failed && scene[1].revisions["Main"]?.id == "def")
        #expect(scene[1].stages[1].status == nil, "later stages were never entered")
        try scene.retry(1, "Source", .allActions)
        #expect(scene.orders.filter { $0.name == "Main" }.last?.revision?.id == "def")
        #expect(scene.orders.filter { $0.name == "Model" }.last?.revision?.id == "abc")
    }

    @Test("numbers never repeat, whatever is asked for")
    func numbers() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build"))
        var start = Scene.start(5)
        try scene.take(.start(start))
        start.id = "other"
        try scene.take(.start(start))
        #expect(scene.records["other"]?.number == 6 && scene.machine.lastNumber == 6)
        #expect(scene.refusal(.start(start))?.exception == "ConflictException")
    }
}
