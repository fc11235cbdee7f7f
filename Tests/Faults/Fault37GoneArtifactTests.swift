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

    @Test(
        "37: cleaning takes nothing that a waiting execution needs or a rollback goes back to; a retry says what it took"
    )
    func cleaning() throws {
        let home = "\(ScratchDirectory.path)/home"
        try FileManager.default.createDirectory(
            atPath: home,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try "retention: {bytes: 1B}\n".write(toFile: "\(home)/config.yml", atomically: false, encoding: .utf8)
        try DaemonFixture.run { daemon in
            let test = Definition.commands("Test", ["test \"$(cat model.json)\" != 2"], order: 3, inputs: ["Model"])
            let use = Definition.commands("Use", ["cat model.json"], inputs: ["Model"])
            let scene = try PipelineScene(
                daemon,
                [("Build", [make, Definition.approval(order: 2), test]), ("Use", [use])]
            )
            // The third has made the latest artifact; otherwise that would be the second's, which stays.
            var models: [String] = []
            for number in 1...3 {
                try scene.push(number)
                _ = try daemon.asks("line/\(number)")
                let model = scene.storedFile(try scene.digest(of: "Model", in: "line/\(number)"))
                #expect(try daemon.nacre("gc").status == 0)
                #expect(FileManager.default.fileExists(atPath: model))
                models.append(model)
                try scene.approve(number)
                #expect(try daemon.over("line/\(number)").status == (number == 2 ? "Failed" : "Succeeded"))
            }
            try eventually("the artifact of the one that failed is gone") {
                try daemon.nacre("gc").status == 0 && !FileManager.default.fileExists(atPath: models[1])
            }
            let retry = try daemon.nacre("pipeline", "retry", "line/2")
            #expect(
                retry.status == 1
                    && retry.errors.contains(/needs the artifact `Model` .*, which was removed on 20.* by retention/),
                "\(retry)"
            )
            let rollback = try daemon.nacre("pipeline", "rollback", "line", "--stage", "Use", "--to", "line/3")
            #expect(rollback.status == 0, "\(rollback)")
            #expect(try daemon.over("line/4").status == "Succeeded")
        }
    }
}
