// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Definitions that repositories bring along", .scratchDirectory, .timeLimit(.minutes(40)))
struct PushedDefinitionTests {
    private func line(_ command: String) -> String {
        Definition(
            "line",
            [("Source", [Definition.source()]), ("Work", [Definition.commands("Work", [command])])]
        ).text
    }

    @Test("a pipeline comes and changes by push, one execution a push; a bad definition is told and the old one stays")
    func pushed() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let set = try daemon.nacre("repo", "set", "app", "--definition", "ci/line.json")
            #expect(set.status == 0, "\(set)")
            try git.write("ci/line.json", line("echo one"))
            try git.commit("with a pipeline")
            let first = try git.push("HEAD:main")
            #expect(first.errors.contains("applied ci/line.json: pipeline line created"), "\(first.errors)")
            #expect(try daemon.over("line/1").status == "Succeeded")

            try git.write("ci/line.json", line("echo two"))
            try git.commit("another command")
            let second = try git.push("HEAD:main")
            #expect(second.errors.contains("pipeline line updated"), "\(second.errors)")
            let execution = try daemon.over("line/2")
            #expect(execution.status == "Succeeded")
            #expect(execution.pipelineExecution.pipelineVersion == 2)

            try git.write("ci/line.json", line("echo three").replacingOccurrences(of: "CodeCommit", with: "Nowhere"))
            try git.commit("a bad one")
            let third = try git.push("HEAD:main")
            #expect(third.status == 0)
            #expect(third.errors.contains("ci/line.json is refused"), "\(third.errors)")
            #expect(third.errors.contains("ci/line.json:"), "\(third.errors)")
            // The push still starts what it started before, by the old definition.
            #expect(try daemon.over("line/3").pipelineExecution.pipelineVersion == 2)
            #expect(try daemon.nacre("repo", "list").output.contains("REFUSED"))
            #expect(try daemon.nacre("show", "line/4").status == 5)
        }
    }

    @Test("what was pushed while no daemon ran is applied when one starts")
    func later() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.nacre("repo", "set", "app", "--definition", "line.json@main").status == 0)
            try daemon.stop()
            try git.write("line.json", line("echo one"))
            try git.commit("with a pipeline")
            _ = try git.push("HEAD:main")
            try daemon.start()
            #expect(try daemon.over("line/1").status == "Succeeded")
            #expect(try daemon.nacre("show", "line/2").status == 5)
        }
    }

    @Test("a mapping lets a connection's source mean a repository of this machine")
    func mapped() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository("birds")
            #expect(try daemon.nacre("repo", "map", "octocat/Birds_API", "birds").status == 0)
            #expect(try daemon.nacre("repo", "map", "octocat/Birds_API", "nothing").status == 5)
            #expect(try daemon.nacre("repo", "list").output.contains("octocat/Birds_API is birds"))
            var source = Definition.source()
            source["actionTypeId"] = [
                "category": "Source", "owner": "AWS", "provider": "CodeStarSourceConnection", "version": "1",
            ]
            source["configuration"] = [
                "ConnectionArn": "arn:aws:codestar-connections:us-east-1:000000000000:connection/1",
                "FullRepositoryId": "octocat/Birds_API", "BranchName": "main",
            ]
            let applied = try daemon.define(
                Definition("line", [("Source", [source]), ("Work", [Definition.commands("Work", ["true"])])])
            )
            #expect(!applied.errors.contains("no repository stands"), "\(applied.errors)")
            try git.commit("first")
            _ = try git.push("HEAD:main")
            #expect(try daemon.over("line/1").status == "Succeeded")
            #expect(try daemon.nacre("repo", "unmap", "octocat/Birds_API").status == 0)
            #expect(try daemon.nacre("repo", "unmap", "octocat/Birds_API").status == 5)
        }
    }
}
