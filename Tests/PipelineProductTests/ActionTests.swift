// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Numbers in brackets are those of the acceptance tests of the pipeline reference.
@Suite("Actions of pipelines", .scratchDirectory, .timeLimit(.minutes(40)))
struct ActionTests {
    /// A pipeline on `main` of a repository, and its first execution, started by a push.
    private func run(
        _ daemon: DaemonFixture,
        _ build: [Definition.Tree],
        then more: [(String, [Definition.Tree])] = [],
        stageMembers: [String: Definition.Tree] = [:],
        members: Definition.Tree = [:],
        projects: [String] = []
    ) throws -> GitFixture {
        let git = try daemon.createRepository()
        for (number, project) in projects.enumerated() {
            let applied = try daemon.apply(project, file: "project\(number).json")
            guard applied.status == 0 else { throw Program.Failure(description: "\(applied)") }
        }
        let stages = [("Source", [Definition.source()]), ("Build", build)] + more
        try daemon.define(Definition("line", stages, more: members, stageMembers: stageMembers))
        try git.commit("first")
        try git.push("HEAD:main")
        return git
    }

    @Test("[7] when one of two fails, the other ends in peace, and the next group never starts")
    func groups() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            _ = try run(
                daemon,
                [
                    Definition.commands("Fails", ["exit 3"]),
                    Definition.commands("Goes", gate.command.split(separator: "\n").map(String.init)),
                    Definition.commands("After", ["true"], order: 2),
                ]
            )
            try gate.waitUntilReached()
            try daemon.execution("line/1", until: "has a failed action") { $0.action("Fails")?.status == "Failed" }
            #expect(try daemon.execution("line/1").status == "InProgress")
            gate.open()
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Failed")
            #expect(execution.action("Goes")?.status == "Succeeded")
            #expect(execution.action("After") == nil)
        }
    }

    @Test("[8] a retry of the failed actions keeps the execution and what succeeded, and goes on")
    func retry() throws {
        try DaemonFixture.run { daemon in
            let mark = "\(ScratchDirectory.path)/mended"
            _ = try run(
                daemon,
                [
                    Definition.commands("Good", ["true"]), Definition.commands("Bad", ["test -e '\(mark)'"]),
                    Definition.commands("After", ["true"], order: 2),
                ]
            )
            let failed = try daemon.over("line/1")
            #expect(failed.status == "Failed")
            _ = FileManager.default.createFile(atPath: mark, contents: nil)
            #expect(try daemon.nacre("pipeline", "retry", "line/1").status == 0)
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Succeeded")
            #expect(execution.id == failed.id)
            #expect(execution.attempts("Good").count == 1)
            #expect(execution.attempts("Bad").map(\.status) == ["Failed", "Succeeded"])
            #expect(execution.action("After")?.status == "Succeeded")
        }
    }

    @Test("[10] a stop waits for what runs; an abandon ends it", arguments: [false, true])
    func stop(abandons: Bool) throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            _ = try run(
                daemon,
                [
                    Definition.commands("Work", gate.command.split(separator: "\n").map(String.init)),
                    Definition.commands("After", ["true"], order: 2),
                ]
            )
            try gate.waitUntilReached()
            let words = ["pipeline", "stop", "line/1", "--reason", "wrong model"] + (abandons ? ["--abandon"] : [])
            let stopped = try Program.run(
                Program.product("nacre"),
                words,
                environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            )
            #expect(stopped.status == 0, "\(stopped)")
            if !abandons {
                #expect(try daemon.execution("line/1").status == "Stopping")
                gate.open()
            }
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Stopped")
            #expect(execution.action("Work")?.status == (abandons ? "Abandoned" : "Succeeded"))
            #expect(execution.action("After") == nil)
            #expect(try daemon.nacre("pipeline", "stop", "line/1").status == 1)
            if abandons {
                try eventually("the build is stopped") { try daemon.build().buildStatus == "STOPPED" }
            }
        }
    }

    @Test("[11] a source's commit reaches the build through EnvironmentVariables")
    func variables() throws {
        try DaemonFixture.run { daemon in
            let project = Definition.project(
                "look",
                buildspec: "version: 0.2\nphases: {build: {commands: ['echo \"got $COMMIT\"']}}"
            )
            let git = try run(
                daemon,
                [
                    Definition.build(
                        "Look",
                        project: "look",
                        configuration: [
                            "EnvironmentVariables": ##"[{"name":"COMMIT","value":"#{SourceVariables.CommitId}"}]"##
                        ]
                    )
                ],
                projects: [project]
            )
            let head = try git.git("rev-parse", "HEAD")
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Succeeded")
            let resolved = execution.action("Look")?.input?.resolvedConfiguration?["EnvironmentVariables"]
            #expect(resolved?.contains(head) ?? false, "\(String(describing: resolved))")
            #expect(execution.action("Look")?.input?.configuration?["EnvironmentVariables"]?.contains("#{") ?? false)
            #expect(try daemon.nacre("logs", "line/1", "Look").output.contains("got \(head)"))
        }
    }

    @Test("[12, 28] an exported variable reaches the next action; a key that is not there fails it before it begins")
    func exported() throws {
        try DaemonFixture.run { daemon in
            let project = Definition.project(
                "measure",
                buildspec: """
                    version: 0.2
                    env: {exported-variables: [RMSE]}
                    phases: {build: {commands: ['RMSE=2.06']}}
                    """
            )
            let uses = { (key: String) in
                [
                    "environmentVariables": [["name": "VALUE", "value": "#{Measured.\(key)}"]]
                ] as Definition.Tree
            }
            _ = try run(
                daemon,
                [
                    Definition.build("Measure", project: "measure", ["namespace": "Measured"]),
                    Definition.commands("Right", ["echo \"it is $VALUE\""], order: 2, uses("RMSE")),
                    Definition.commands("Wrong", ["echo never"], order: 3, uses("RSME")),
                ],
                projects: [project]
            )
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Failed")
            #expect(try daemon.nacre("logs", "line/1", "Right").output.contains("it is 2.06"))
            let wrong = try #require(execution.action("Wrong"))
            #expect(wrong.problemCode == "ConfigurationError")
            #expect(
                wrong.problem.contains("RSME") && wrong.problem.contains("Measured") && wrong.problem.contains("RMSE")
            )
            #expect(wrong.output?.executionResult?.externalExecutionId == nil)
        }
    }

    @Test("[14] a build sees its own stage's execution in the pipeline's state")
    func stateFromWithin() throws {
        try DaemonFixture.run { daemon in
            let command = "'\(Program.product("nacre"))' pipeline show line --json > state.json && cat state.json"
            _ = try run(daemon, [Definition.commands("Look", [command])], then: [("Later", [Definition.approval()])])
            let execution = try daemon.asks("line/1")
            let log = try daemon.nacre("logs", "line/1", "Look").output
            let start = try #require(log.firstIndex(of: "{"))
            let end = try #require(log.lastIndex(of: "}"))
            let state = try JSONDecoder().decode(ShownState.self, from: Data(log[start...end].utf8))
            #expect(state.stage("Build")?.latestExecution?.pipelineExecutionId == execution.id)
            #expect(state.stage("Build")?.latestExecution?.status == "InProgress")
            #expect(state.stageStates.map(\.stageName) == ["Source", "Build", "Later"])
            #expect(state.stage("Later")?.latestExecution == nil)
            #expect(!log.contains("\"latestExecution\":null"))
        }
    }

    @Test("[19] a stage whose condition does not hold is skipped, and runs when it holds", arguments: ["dev", "prod"])
    func condition(stage: String) throws {
        try DaemonFixture.run { daemon in
            let rule: Definition.Tree = [
                "name": "OnlyProd",
                "ruleTypeId": ["category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"],
                "configuration": ["Variable": "#{variables.STAGE}", "Operator": "EQ", "Value": "prod"],
            ]
            _ = try run(
                daemon,
                [Definition.commands("Work", ["true"])],
                then: [("Last", [Definition.commands("End", ["true"])])],
                stageMembers: ["Build": ["beforeEntry": ["conditions": [["result": "SKIP", "rules": [rule]]]]]],
                members: ["pipelineType": "V2", "variables": [["name": "STAGE", "defaultValue": "dev"]]]
            )
            _ = try daemon.over("line/1")
            let started = try daemon.nacre("pipeline", "start", "line", "--variable", "STAGE=\(stage)", "--wait")
            #expect(started.status == 0, "\(started)")
            let execution = try daemon.execution("line/2")
            #expect(execution.status == "Succeeded")
            #expect((execution.action("Work") != nil) == (stage == "prod"))
            #expect(execution.action("End")?.status == "Succeeded")
            #expect(
                try daemon.state().stage("Build")?.latestExecution?.status
                    == (stage == "prod" ? "Succeeded" : "Skipped")
            )
        }
    }

    @Test("[25] a configuration value of 3,000 characters is taken, one of 60,000 is not")
    func longValues() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            func definition(_ length: Int) -> Definition {
                let value = #"[{"name":"LONG","value":"\#(String(repeating: "x", count: length))"}]"#
                let build = Definition.build("Work", project: "p", configuration: ["EnvironmentVariables": value])
                return Definition("line", [("Source", [Definition.source()]), ("Build", [build])])
            }
            #expect(try daemon.apply(definition(3000).text).status == 0)
            let refused = try daemon.apply(definition(60_000).text)
            #expect(refused.status == 3)
            #expect(refused.errors.contains("configuration.EnvironmentVariables"), "\(refused)")
        }
    }

    @Test("[30] what get-pipeline gives can be applied under a new name, and again under the old one")
    func roundTrip() throws {
        try DaemonFixture.run { daemon in
            _ = try run(daemon, [Definition.commands("Work", ["true"])])
            _ = try daemon.over("line/1")
            let text = try daemon.nacre("pipeline", "show", "line", "--definition").output
            let renamed = text.replacing("\"name\":\"line\"", with: "\"name\":\"line2\"")
                .replacing("\"name\" : \"line\"", with: "\"name\" : \"line2\"")
                .replacing("\"name\": \"line\"", with: "\"name\": \"line2\"")
            let applied = try daemon.apply(renamed)
            #expect(applied.status == 0, "\(applied)")
            #expect(try daemon.state("line2").pipelineVersion == 1)
            let changed = text.replacing("\"true\"", with: "\"echo changed\"")
            #expect(try daemon.apply(changed).status == 0)
            #expect(try daemon.state().pipelineVersion == 2)
        }
    }
}
