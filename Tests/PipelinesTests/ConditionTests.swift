// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Conditions of stages")
struct ConditionTests {
    private func definition(_ body: (inout StageDeclaration) -> Void) -> PipelineDefinition {
        var definition = Sketch.pipeline("Source: Code", "Build: a | b", "Deploy: deploy").with("Build", body)
        definition.variables = [VariableDeclaration(name: "Stage", defaultValue: "dev")]
        return definition
    }

    private func scene(stage: String = "dev", _ body: (inout StageDeclaration) -> Void) throws -> Scene {
        var scene = Scene(definition(body))
        try scene.start(1, variables: ["Stage": stage])
        try scene.end("Code", of: 1)
        return scene
    }

    @Test("a beforeEntry check with SKIP passes the stage over unless it holds", arguments: ["dev", "prod"])
    func skip(stage: String) throws {
        let scene = try scene(stage: stage) { $0.beforeEntry = Sketch.check("#{variables.Stage}", "EQ", "prod", .skip) }
        #expect(scene.running == (stage == "prod" ? ["1 a"] : ["1 deploy"]))
        #expect(scene[1].stage("Build")?.status == (stage == "prod" ? .inProgress : .skipped))
        let condition = try #require(scene[1].stage("Build")?.conditions.first)
        #expect(condition.status == (stage == "prod" ? .succeeded : .failed))
        #expect(condition.rules.first?.resolvedConfiguration["Variable"] == stage)
        if stage == "dev" { #expect(condition.summary == "The rule `Check`: `dev` does not equal `prod`.") }
    }

    @Test("a beforeEntry check with FAIL fails the stage, and a retry evaluates it again")
    func fail() throws {
        var scene = try scene { $0.beforeEntry = Sketch.check("#{variables.Stage}", "NE", "dev", .fail) }
        #expect(scene[1].status == .failed && scene[1].stage("Build")?.actions.isEmpty == true)
        #expect(
            scene[1].statusSummary
                == "The stage `Build` failed. Its beforeEntry condition does not hold. The rule `Check`: `dev` equals `dev`."
        )
        try scene.retry(1, "Build")
        #expect(scene[1].status == .failed && scene[1].stage("Build")?.conditions.count == 2)
    }

    @Test(
        "VariableCheck compares in four ways",
        arguments: [
            ("EQ", "dev", true), ("EQ", "de", false), ("NE", "dev", false), ("NE", "prod", true),
            ("CONTAINS", "ev", true),
            ("CONTAINS", "x", false), ("MATCHES", "d.v|prod", true), ("MATCHES", "d", false),
            ("MATCHES", "[a-z]{3}", true),
        ]
    )
    func operators(name: String, value: String, holds: Bool) throws {
        let scene = try scene { $0.beforeEntry = Sketch.check("#{variables.Stage}", name, value, .fail) }
        #expect(scene[1].stage("Build")?.conditions.first?.status == (holds ? .succeeded : .failed))
    }

    @Test(
        "a check that cannot be made is an error, which fails the stage whatever its result is",
        arguments: [
            ("#{Code.Missing}", "EQ", "x"), ("#{variables.Stage}", "LIKE", "x"),
            ("#{variables.Stage}", "MATCHES", "(?=x)"),
        ]
    )
    func errored(variable: String, name: String, value: String) throws {
        let scene = try scene { $0.beforeEntry = Sketch.check(variable, name, value, .skip) }
        #expect(scene[1].stage("Build")?.conditions.first?.status == .errored)
        #expect(scene[1].stage("Build")?.status == .failed && scene[1].status == .failed)
    }

    @Test("other rules run like actions, and the actions begin when all have succeeded")
    func rules() throws {
        var scene = try scene { $0.beforeEntry = Sketch.rules("one", "two", result: .fail) }
        #expect(scene.running == ["1 one", "1 two"])
        #expect(scene.order("one", of: 1)?.type == ActionTypeID(category: "Rule", provider: "Commands"))
        #expect(scene.machine.unfinished == Set(scene.orders.map(\.id)))
        try scene.end("two", of: 1)
        try scene.end("one", of: 1)
        #expect(scene.running == ["1 a"])
    }

    @Test("the first rule that fails decides, and the others are cancelled")
    func firstFailure() throws {
        var scene = try scene { $0.beforeEntry = Sketch.rules("one", "two", result: .skip) }
        let other = try #require(scene.order("two", of: 1)?.id)
        try scene.end("one", of: 1, failed: "exit status 1")
        #expect(scene.cancelled == [other] && scene.running == ["1 deploy"])
        #expect(scene[1].stage("Build")?.conditions.first?.rules.map(\.status) == [.failed, .abandoned])
    }

    @Test("a rule that takes too long fails its condition")
    func ruleTimeout() throws {
        var scene = try scene { $0.beforeEntry = Sketch.rules("one", result: .skip) }
        let id = try #require(scene.order("one", of: 1)?.id)
        scene.time = try #require(scene.machine.nextDeadline)
        try scene.take(.woke)
        #expect(scene.cancelled == [id] && scene.running == ["1 deploy"])
    }

    @Test("onSuccess that does not hold fails the stage, with the lock held meanwhile")
    func onSuccess() throws {
        var scene = try scene { $0.onSuccess = Sketch.rules("probe", result: .fail) }
        try scene.end("a", of: 1)
        try scene.end("b", of: 1)
        #expect(scene.running == ["1 probe"] && scene.stage("Build").occupant == "1")
        try scene.end("probe", of: 1, failed: "slow")
        #expect(scene[1].status == .failed && scene[1].stage("Build")?.status == .failed)
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 probe"], "only the condition is left to be tried again")
        try scene.end("probe", of: 1)
        #expect(scene.running == ["1 deploy"])
    }

    @Test("onSuccess with ROLLBACK goes back to what last succeeded")
    func onSuccessRollback() throws {
        var scene = try scene { $0.onSuccess = Sketch.rules("probe", result: .rollback) }
        for name in ["a", "b", "probe", "deploy"] { try scene.end(name, of: 1) }
        try scene.start(2)
        for name in ["Code", "a", "b"] { try scene.end(name, of: 2) }
        try scene.end("probe", of: 2, failed: "slow")
        #expect(scene[2].status == .failed && scene[3].rollbackTarget == "1" && scene.running == ["3 a"])
        try scene.end("a", of: 3)
        try scene.end("b", of: 3)
        #expect(scene[3].status == .succeeded, "a rollback has no conditions")
    }

    @Test("onFailure with SKIP goes on to the next stage")
    func onFailureSkip() throws {
        var scene = try scene { $0.onFailure = FailureConditions(result: .skip) }
        try scene.end("a", of: 1, failed: "no")
        #expect(scene[1].stage("Build")?.status == .skipped && scene.running == ["1 deploy"])
    }

    @Test("the result of onFailure follows when its rules succeed", arguments: [true, false])
    func onFailureRules(holds: Bool) throws {
        var scene = try scene { stage in
            let condition = Sketch.rules("flaky", result: .retry)
            stage.onFailure = FailureConditions(result: nil, condition: condition)
        }
        try scene.end("a", of: 1, failed: "no")
        #expect(scene.running == ["1 flaky"] && scene[1].status == .inProgress)
        try scene.end("flaky", of: 1, failed: holds ? nil : "not flaky")
        #expect(scene[1].status == (holds ? .inProgress : .failed))
        #expect(scene.running == (holds ? ["1 a"] : []))
        guard holds else { return }
        try scene.end("a", of: 1, failed: "no")
        #expect(scene[1].status == .failed, "it is tried once, and not asked again")
    }

    @Test("a failed beforeEntry condition can be overridden, and the stage proceeds")
    func override() throws {
        var scene = try scene { $0.beforeEntry = Sketch.check("#{variables.Stage}", "EQ", "prod", .fail) }
        let event = PipelineEvent.overrideCondition(execution: "1", stage: "Build", kind: .beforeEntry, by: "gina")
        try scene.take(event)
        #expect(scene.running == ["1 a"] && scene[1].status == .inProgress)
        #expect(scene[1].stage("Build")?.conditions.map(\.status) == [.overridden])
        #expect(scene[1].stage("Build")?.conditions.first?.summary == "gina has overridden it.")
        #expect(scene.said.suffix(3) == ["1 RESUMED", "1 Build RESUMED", "1 Build.a STARTED"])
        #expect(scene.refusal(event)?.exception == "ConditionNotOverridableException")
    }

    @Test("a condition that is still evaluated can be overridden")
    func overrideRunning() throws {
        var scene = try scene { $0.onSuccess = Sketch.rules("probe", result: .fail) }
        try scene.end("a", of: 1)
        try scene.end("b", of: 1)
        let id = try #require(scene.order("probe", of: 1)?.id)
        try scene.take(.overrideCondition(execution: "1", stage: "Build", kind: .onSuccess, by: "gina"))
        #expect(scene.cancelled == [id] && scene.running == ["1 deploy"])
        #expect(scene[1].stage("Build")?.status == .succeeded)
    }

    @Test("an override is refused for a newer execution's sake, and where there is no such condition")
    func overrideRefused() throws {
        var scene = try scene { $0.beforeEntry = Sketch.check("#{variables.Stage}", "EQ", "prod", .fail) }
        func event(_ kind: ConditionKind) -> PipelineEvent {
            .overrideCondition(execution: "1", stage: "Build", kind: kind, by: "gina")
        }
        #expect(scene.refusal(event(.onFailure))?.exception == "ConditionNotOverridableException")
        #expect(scene.refusal(event(.onSuccess))?.exception == "ConditionNotOverridableException")
        try scene.start(2, variables: ["Stage": "prod"])
        try scene.end("Code", of: 2)
        #expect(scene.refusal(event(.beforeEntry))?.exception == "NotLatestPipelineExecutionException")
    }

    @Test("a stop ends the condition that is evaluated", arguments: [true, false])
    func stop(abandons: Bool) throws {
        var scene = try scene { $0.beforeEntry = Sketch.rules("window", result: .fail) }
        let id = try #require(scene.order("window", of: 1)?.id)
        try scene.stop(1, abandons: abandons)
        #expect(scene[1].status == .stopped && scene.cancelled == [id])
        #expect(scene[1].stage("Build")?.conditions.first?.status == (abandons ? .abandoned : .cancelled))
        try scene.retry(1, "Build")
        #expect(scene.running == ["1 window"])
    }
}
