// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 33: artifacts that changed on disk", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault33ChangedArtifactTests {
    private static func deploy(_ name: String, _ configuration: [String: String]) -> Definition.Tree {
        [
            "name": name, "configuration": configuration, "inputArtifacts": [["name": "Model"]],
            "actionTypeId": ["category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"],
        ]
    }

    private let stages: [(String, [Definition.Tree])] = [
        (
            "Make",
            [
                Definition.commands(
                    "Make",
                    ["cat number number number > model.json"],
                    ["outputArtifacts": [["name": "Model", "files": ["model.json"]]]]
                ), Definition.approval(order: 2),
            ]
        ),
        (
            "Use",
            [
                Definition.commands("Build", ["cat model.json"], inputs: ["Model"]),
                Definition.commands("Second", ["true"], inputs: ["Source", "Model"]),
                Definition.deploy("Serve", environment: "stage", input: "Model"),
                deploy("Whole", ["BucketName": "models", "Extract": "false", "ObjectKey": "model.zip"]),
                deploy("Files", ["BucketName": "models", "Extract": "true"]),
            ]
        ),
    ]

    @Test("33: an artifact that changed on disk fails its consumer and names both digests")
    func changed() throws {
        try DaemonFixture.run { daemon in
            #expect(try daemon.nacre("bucket", "create", "models").status == 0)
            defer { _ = try? daemon.nacre("env", "stop", "stage") }
            let scene = try PipelineScene(daemon, stages)
            try scene.push(1)
            _ = try daemon.asks("line/1")
            let digest = try scene.digest(of: "Model")
            let found = try scene.damage(digest)
            try scene.approve(1)
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Failed")
            for name in ["Build", "Second", "Serve", "Whole", "Files"] {
                let action = try #require(execution.action(name))
                #expect(action.status == "Failed", "\(name)")
                #expect(action.problem.contains(digest) && action.problem.contains(found), "\(name): \(action.problem)")
            }
            // Nothing of it was handed on.
            #expect(try daemon.nacre("bucket", "ls", "models").output.isEmpty)
            let fetched = try daemon.nacre("artifacts", "get", "line/1", "Model")
            #expect(
                fetched.status != 0 && fetched.errors.contains(digest) && fetched.errors.contains(found),
                "\(fetched)"
            )
        }
    }

    @Test("33: what makes the same bytes again mends the store, sources and builds alike")
    func mended() throws {
        try DaemonFixture.run { daemon in
            let scene = try PipelineScene(
                daemon,
                [stages[0], ("Use", [Definition.commands("Build", ["cat model.json"], inputs: ["Model"])])]
            )
            try scene.push(1)
            _ = try daemon.asks("line/1")
            let digests = [try scene.digest(of: "Source"), try scene.digest(of: "Model")]
            for digest in digests { _ = try scene.damage(digest) }
            try scene.approve(1)
            #expect(try daemon.over("line/1").status == "Failed")
            #expect(try daemon.nacre("pipeline", "start", "line").status == 0)
            _ = try daemon.asks("line/2")
            #expect(
                [try scene.digest(of: "Source", in: "line/2"), try scene.digest(of: "Model", in: "line/2")] == digests
            )
            try scene.approve(2)
            #expect(try daemon.over("line/2").status == "Succeeded")
        }
    }
}
