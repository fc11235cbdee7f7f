// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 37: artifacts that are gone from the store", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault37GoneArtifactTests {
    private let make = Definition.commands(
        "Make",
        ["cat number > model.json"],
        ["outputArtifacts": [["name": "Model", "files": ["model.json"]]]]
    )

    @Test("37: a retry whose artifact is gone is refused, names the artifact, and changes nothing")
    func retry() throws {
        try DaemonFixture.run { daemon in
            let flag = "\(ScratchDirectory.path)/mended"
            let scene = try PipelineScene(
                daemon,
                [
                    ("Build", [make]),
                    ("Use", [Definition.commands("Use", ["test -e '\(flag)'"], inputs: ["Source", "Model"])]),
                ]
            )
            try scene.push(1)
            #expect(try daemon.over("line/1").status == "Failed")
            let path = scene.storedFile(try scene.digest(of: "Model"))
            let kept = "\(ScratchDirectory.path)/kept"
            try FileManager.default.moveItem(atPath: path, toPath: kept)
            let before = try daemon.nacre("show", "line/1", "--json").output
            for mode in [[], ["--all"]] {
                let refused = try Program.run(
                    Program.product("nacre"),
                    ["pipeline", "retry", "line/1"] + mode,
                    environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
                )
                #expect(refused.status == 1, "\(refused)")
                #expect(refused.errors.contains("`Model`") && refused.errors.contains("start"), "\(refused)")
            }
            #expect(try daemon.nacre("show", "line/1", "--json").output == before)
            // With the file in its place again the same retry is taken.
            try FileManager.default.moveItem(atPath: kept, toPath: path)
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            #expect(try daemon.nacre("pipeline", "retry", "line/1", "--wait").status == 0)
        }
    }

    @Test("37: a rollback to an execution whose artifact is gone is refused and names the artifact")
    func rollback() throws {
        try DaemonFixture.run { daemon in
            let scene = try PipelineScene(
                daemon,
                [("Build", [make]), ("Use", [Definition.commands("Use", ["true"], inputs: ["Model"])])]
            )
            for number in 1...2 {
                try scene.push(number)
                #expect(try daemon.over("line/\(number)").status == "Succeeded")
            }
            try FileManager.default.removeItem(atPath: scene.storedFile(try scene.digest(of: "Model")))
            let refused = try daemon.nacre("pipeline", "rollback", "line", "--stage", "Use", "--to", "line/1")
            #expect(refused.status == 1 && refused.errors.contains("`Model`"), "\(refused)")
            #expect(try daemon.nacre("show", "line/3").status == 5)
        }
    }

    @Test("37: an action whose artifact goes while its execution waits fails and names it")
    func waiting() throws {
        try DaemonFixture.run { daemon in
            let scene = try PipelineScene(
                daemon,
                [
                    ("Build", [make, Definition.approval(order: 2)]),
                    ("Use", [Definition.commands("Use", ["true"], inputs: ["Model"])]),
                ]
            )
            try scene.push(1)
            _ = try daemon.asks("line/1")
            let digest = try scene.digest(of: "Model")
            try FileManager.default.removeItem(atPath: scene.storedFile(digest))
            try scene.approve(1)
            let problem = try #require(try daemon.over("line/1").action("Use")).problem
            #expect(problem.contains("`Model`") && problem.contains(digest), "\(problem)")
        }
    }
}
