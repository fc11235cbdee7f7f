// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Numbers in brackets are those of the acceptance tests of the pipeline reference.
@Suite("Executions that meet", .scratchDirectory, .timeLimit(.minutes(40)))
struct ModeTests {
    /// A pipeline whose second stage waits at a gate, once a gate file is there to be opened.
    private func busy(_ mode: String, _ gate: Gate) -> Definition {
        Definition(
            "line",
            [
                ("Source", [Definition.source()]),
                ("Build", [Definition.commands("Work", gate.command.split(separator: "\n").map(String.init))]),
            ],
            more: ["executionMode": mode, "pipelineType": "V2"]
        )
    }

    /// A repository with the pipeline and one execution in its second stage.
    private func first(_ daemon: DaemonFixture, _ mode: String, _ gate: Gate) throws -> GitFixture {
        let git = try daemon.createRepository()
        try daemon.define(busy(mode, gate))
        try git.commit("first")
        try git.push("HEAD:main")
        try gate.waitUntilReached()
        return git
    }

    @Test(
        "[2] SUPERSEDED: of two that wait for a busy stage the older is superseded, the newer enters, the first is untouched"
    )
    func superseded() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let git = try first(daemon, "SUPERSEDED", gate)
            for (number, waiting) in [(2, "line/2"), (3, "line/3")] {
                try git.commit("change \(number)")
                try git.push("HEAD:main")
                let id = try daemon.execution(waiting, until: "is there") { _ in true }.id
                try daemon.state(until: "has \(waiting) waiting") { state in
                    state.stage("Build")?.inboundExecution?.pipelineExecutionId == id
                }
            }
            #expect(try daemon.execution("line/2").status == "Superseded")
            #expect(try daemon.execution("line/1").status == "InProgress")
            let shown = try daemon.nacre("show", "line/3").output
            #expect(shown.contains("line/1") && shown.contains("Build"), "\(shown)")
            gate.open()
            #expect(try daemon.over("line/3").status == "Succeeded")
            #expect(try daemon.execution("line/1").status == "Succeeded")
            #expect(try daemon.nacre("watch", "line/2").status == 6)
        }
    }

    @Test("[3] QUEUED: all run, one after the other")
    func queued() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let git = try first(daemon, "QUEUED", gate)
            for number in 2...3 {
                try git.commit("change \(number)")
                try git.push("HEAD:main")
            }
            try daemon.state(until: "has two waiting") { $0.stage("Build")?.inboundExecutions?.count == 2 }
            gate.open()
            for number in 1...3 { #expect(try daemon.over("line/\(number)").status == "Succeeded") }
        }
    }

    @Test("[4] PARALLEL: they overlap, and each says its mode")
    func parallel() throws {
        try DaemonFixture.run(jobs: 3) { daemon in
            let gate = Gate()
            let git = try first(daemon, "PARALLEL", gate)
            for number in 2...3 {
                try git.commit("change \(number)")
                try git.push("HEAD:main")
            }
            for number in 1...3 {
                try daemon.execution("line/\(number)", until: "works") { $0.action("Work")?.status == "InProgress" }
            }
            gate.open()
            for number in 1...3 {
                let execution = try daemon.over("line/\(number)")
                #expect(execution.status == "Succeeded")
                #expect(execution.pipelineExecution.executionMode == "PARALLEL")
            }
        }
    }

    @Test("[24] a disabled transition holds two, and lets the newest through when it is enabled")
    func transition() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try daemon.define(
                Definition(
                    "line",
                    [("Source", [Definition.source()]), ("Build", [Definition.commands("Work", ["true"])])]
                )
            )
            #expect(try daemon.nacre("pipeline", "disable", "line", "Build", "--reason", "release freeze").status == 0)
            for number in 1...2 {
                try git.commit("change \(number)")
                try git.push("HEAD:main")
                let id = try daemon.execution("line/\(number)", until: "is there") { _ in true }.id
                try daemon.state(until: "has line/\(number) waiting") {
                    $0.stage("Build")?.inboundExecution?.pipelineExecutionId == id
                }
            }
            #expect(try daemon.state().stage("Build")?.inboundTransitionState.disabledReason == "release freeze")
            let shown = try daemon.nacre("show", "line/2").output
            #expect(shown.contains("release freeze"), "\(shown)")
            #expect(try daemon.nacre("pipeline", "enable", "line", "Build").status == 0)
            #expect(try daemon.over("line/2").status == "Succeeded")
            #expect(try daemon.execution("line/1").status == "Superseded")
        }
    }

    @Test("[9, 26] a failed execution makes way for the one behind it, and cannot be retried then")
    func failedMakesWay() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let gate = Gate()
            let commands = gate.command.split(separator: "\n").map(String.init) + ["test ! -e broken"]
            try daemon.define(
                Definition(
                    "line",
                    [("Source", [Definition.source()]), ("Deploy", [Definition.commands("Work", commands)])]
                )
            )
            try git.write("broken", "yes")
            try git.commit("broken")
            try git.push("HEAD:main")
            try gate.waitUntilReached()
            try git.git("rm", "-q", "broken")
            try git.git("commit", "-q", "-m", "mended")
            try git.push("HEAD:main")
            let waiting = try daemon.execution("line/2", until: "is there") { _ in true }.id
            try daemon.state(until: "has line/2 waiting") {
                $0.stage("Deploy")?.inboundExecution?.pipelineExecutionId == waiting
            }
            gate.open()
            #expect(try daemon.over("line/1").status == "Failed")
            #expect(try daemon.over("line/2").status == "Succeeded")
            let retry = try daemon.nacre("pipeline", "retry", "line/1")
            #expect(retry.status == 1)
            #expect(retry.errors.contains("line/2") || retry.errors.contains("newer"), "\(retry)")
        }
    }
}
