// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 38: one of several actions fails", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault38ParallelActionTests {
    @Test(
        "38: siblings of a failed action go on to their own ends, later groups and stages never begin, the stage has failed"
    )
    func siblings() throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            let scene = try PipelineScene(
                daemon,
                [
                    (
                        "Build",
                        [
                            Definition.commands("Fails", [PipelineScene.wait("fails"), "exit 3"]),
                            Definition.commands("Goes", [PipelineScene.wait("goes")]),
                            Definition.commands("FailsLater", [PipelineScene.wait("later"), "exit 4"]),
                            Definition.approval("Ask"),
                            Definition.commands("After", ["true"], order: 2),
                        ]
                    ), ("Deploy", [Definition.commands("Never", ["true"])]),
                ]
            )
            try scene.push(1)
            for place in ["fails", "goes", "later"] { try PipelineScene.reached(place, 1) }
            PipelineScene.open("fails", 1)
            try daemon.execution("line/1", until: "has a failed action") { $0.action("Fails")?.status == "Failed" }
            var standing = try daemon.execution("line/1")
            #expect(standing.status == "InProgress")
            for name in ["Goes", "FailsLater", "Ask"] { #expect(standing.action(name)?.status == "InProgress") }
            #expect(try daemon.state().stage("Build")?.latestExecution?.status == "InProgress")
            // A sibling may still succeed, a person may still answer, another may still fail.
            PipelineScene.open("goes", 1)
            try daemon.execution("line/1", until: "has a good action") { $0.action("Goes")?.status == "Succeeded" }
            try scene.approve(1)
            standing = try daemon.execution("line/1")
            #expect(standing.status == "InProgress" && standing.action("Ask")?.status == "Succeeded")
            PipelineScene.open("later", 1)
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Failed")
            #expect(execution.action("Fails")?.problem.contains("3") ?? false)
            #expect(execution.action("FailsLater")?.problem.contains("4") ?? false)
            #expect(execution.action("After") == nil && execution.action("Never") == nil)
            let summary = execution.pipelineExecution.statusSummary ?? ""
            #expect(summary.contains("Fails") && summary.contains("FailsLater") && !summary.contains("Goes"))
            #expect(!summary.contains(".;"), "\(summary)")
            let state = try daemon.state()
            #expect(state.stage("Build")?.latestExecution?.status == "Failed")
            #expect(state.stage("Deploy")?.latestExecution == nil)
            // What the stage holds up goes on: the next execution enters it.
            try scene.push(2)
            for place in ["fails", "goes", "later"] { try PipelineScene.reached(place, 2) }
            #expect(try daemon.nacre("stop", "line/2", "--abandon").status == 0)
            #expect(try daemon.over("line/2").status == "Stopped")
        }
    }

    @Test("38: a retry of the failed ones leaves what has succeeded, and all of them together decide the stage")
    func retry() throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            let flag = "\(ScratchDirectory.path)/mended"
            let scene = try PipelineScene(
                daemon,
                [
                    (
                        "Build",
                        [
                            Definition.commands("Good", ["true"]),
                            Definition.commands("Mended", ["test -e '\(flag)'"]),
                            Definition.commands("Bad", ["test -e '\(flag).too'"]),
                        ]
                    )
                ]
            )
            try scene.push(1)
            #expect(try daemon.over("line/1").status == "Failed")
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            #expect(try daemon.nacre("pipeline", "retry", "line/1", "--wait").status == 1)
            _ = FileManager.default.createFile(atPath: flag + ".too", contents: nil)
            #expect(try daemon.nacre("pipeline", "retry", "line/1", "--wait").status == 0)
            let execution = try daemon.execution("line/1")
            #expect(execution.attempts("Good").map(\.status) == ["Succeeded"])
            #expect(execution.attempts("Mended").map(\.status) == ["Failed", "Succeeded"])
            #expect(execution.attempts("Bad").map(\.status) == ["Failed", "Failed", "Succeeded"])
        }
    }
}
