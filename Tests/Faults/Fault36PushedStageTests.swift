// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What the reference of pipelines says in §1.6: who waits, who is superseded, who overlaps, when a push meets an execution in
/// each of its stages.
@Suite("Fault 36: pushes while executions are in their stages", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault36PushedStageTests {
    private func scene(_ daemon: DaemonFixture, _ mode: String) throws -> PipelineScene {
        let deployed = "cat number >> '\(ScratchDirectory.path)/deployed'"
        return try PipelineScene(
            daemon,
            [
                ("Build", [Definition.commands("Build", [PipelineScene.wait("build")])]),
                ("Ask", [Definition.approval()]),
                ("Deploy", [Definition.commands("Deploy", [PipelineScene.wait("deploy"), deployed])]),
            ],
            mode: mode
        )
    }

    private func deployed() throws -> String {
        try String(contentsOfFile: "\(ScratchDirectory.path)/deployed", encoding: .utf8)
    }

    private func statuses(_ daemon: DaemonFixture, _ count: Int) throws -> [String] {
        try (1...count).map { try daemon.over("line/\($0)").status }
    }

    @Test(
        "36: SUPERSEDED: before each stage the newest waits and the older ones are superseded; who is in a stage is never disturbed"
    )
    func superseded() throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            let scene = try scene(daemon, "SUPERSEDED")
            // In Build: 1. Before it: 2, then 3 in its place.
            try scene.push(1)
            try PipelineScene.reached("build", 1)
            try scene.push(2)
            try scene.waiting(before: "Build", [2])
            try scene.push(3)
            try scene.waiting(before: "Build", [3])
            #expect(try daemon.over("line/2").status == "Superseded")
            // In Ask: 1, whose approval nobody cancels. Before it: 3, then 4 in its place.
            PipelineScene.open("build", 1)
            _ = try daemon.asks("line/1")
            let token = try daemon.state().token("Ask")
            try PipelineScene.reached("build", 3)
            PipelineScene.open("build", 3)
            try scene.waiting(before: "Ask", [3])
            try scene.push(4)
            try PipelineScene.reached("build", 4)
            PipelineScene.open("build", 4)
            try scene.waiting(before: "Ask", [4])
            #expect(try daemon.over("line/3").status == "Superseded")
            #expect(try daemon.state().token("Ask") == token)
            // In Deploy: 1. Before it: 4, then 5 in its place; a daemon that is killed changes nothing of it.
            try scene.approve(1)
            try PipelineScene.reached("deploy", 1)
            try scene.approve(4)
            try scene.waiting(before: "Deploy", [4])
            try daemon.stop(SIGKILL)
            try daemon.start()
            try scene.waiting(before: "Deploy", [4])
            try scene.push(5)
            try PipelineScene.reached("build", 5)
            PipelineScene.open("build", 5)
            try scene.approve(5)
            try scene.waiting(before: "Deploy", [5])
            #expect(try daemon.over("line/4").status == "Superseded")
            PipelineScene.open("deploy", 1)
            PipelineScene.open("deploy", 5)
            #expect(
                try statuses(daemon, 5) == ["Succeeded", "Superseded", "Superseded", "Superseded", "Succeeded"]
            )
            #expect(try deployed() == "1\n5\n")
        }
    }

    @Test("36: QUEUED: all wait in their order before each stage, and all of them arrive")
    func queued() throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            let scene = try scene(daemon, "QUEUED")
            try scene.push(1)
            try PipelineScene.reached("build", 1)
            try scene.push(2)
            try scene.push(3)
            try scene.waiting(before: "Build", [2, 3])
            for number in 1...3 { PipelineScene.open("build", number) }
            _ = try daemon.asks("line/1")
            try scene.waiting(before: "Ask", [2, 3])
            // Who is stopped while he waits makes way.
            try scene.push(4)
            PipelineScene.open("build", 4)
            try scene.waiting(before: "Ask", [2, 3, 4])
            #expect(try daemon.nacre("stop", "line/3", "--reason", "wrong").status == 0)
            try scene.waiting(before: "Ask", [2, 4])
            try scene.approve(1)
            try PipelineScene.reached("deploy", 1)
            try scene.approve(2)
            try scene.approve(4)
            try scene.waiting(before: "Deploy", [2, 4])
            for number in 1...4 { PipelineScene.open("deploy", number) }
            #expect(try statuses(daemon, 4) == ["Succeeded", "Succeeded", "Stopped", "Succeeded"])
            #expect(try deployed() == "1\n2\n4\n")
        }
    }

    @Test("36: PARALLEL: each goes its own way, whatever the others wait for")
    func parallel() throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            let scene = try scene(daemon, "PARALLEL")
            for number in 1...3 { try scene.push(number) }
            for number in 1...3 { try PipelineScene.reached("build", number) }
            // The last comes first; who is in the same stage does not keep it up.
            for number in 2...3 { PipelineScene.open("build", number) }
            _ = try daemon.asks("line/2")
            try scene.approve(3)
            try PipelineScene.reached("deploy", 3)
            try scene.push(4)
            try PipelineScene.reached("build", 4)
            PipelineScene.open("deploy", 3)
            #expect(try daemon.over("line/3").status == "Succeeded")
            #expect(try daemon.execution("line/1").status == "InProgress")
            for number in [1, 4] { PipelineScene.open("build", number) }
            for number in [4, 2, 1] { try scene.approve(number) }
            for number in [1, 2, 4] { PipelineScene.open("deploy", number) }
            #expect(try statuses(daemon, 4) == Array(repeating: "Succeeded", count: 4))
            #expect(try Set(deployed().split(separator: "\n")) == ["1", "2", "3", "4"])
        }
    }

    @Test(
        "36: of pushes faster than the source stage the last is deployed, and no execution waits for ever",
        arguments: ["SUPERSEDED", "QUEUED", "PARALLEL"]
    )
    func burst(mode: String) throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            let record = "cat number >> '\(ScratchDirectory.path)/deployed'"
            let scene = try PipelineScene(daemon, [("Deploy", [Definition.commands("Deploy", [record])])], mode: mode)
            let count = 6
            for number in 1...count { try scene.push(number) }
            let ends = try statuses(daemon, count)
            #expect(ends.last == "Succeeded")
            let wanted: Set = mode == "SUPERSEDED" ? ["Succeeded", "Superseded"] : ["Succeeded"]
            #expect(wanted.isSuperset(of: ends), "\(ends)")
            let lines = try deployed().split(separator: "\n").compactMap { Int($0) }
            let succeeded = zip(1..., ends).filter { $0.1 == "Succeeded" }.map(\.0)
            #expect(mode == "PARALLEL" ? lines.sorted() == succeeded : lines == succeeded)
            #expect(try daemon.nacre("show", "line/\(count + 1)").status == 5)
        }
    }
}
