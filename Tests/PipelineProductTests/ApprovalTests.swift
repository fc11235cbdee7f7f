// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Numbers in brackets are those of the acceptance tests of the pipeline reference.
@Suite("Approvals", .scratchDirectory, .timeLimit(.minutes(40)))
struct ApprovalTests {
    private func ask(_ daemon: DaemonFixture) throws -> GitFixture {
        let git = try daemon.createRepository()
        try daemon.define(
            Definition(
                "line",
                [
                    ("Source", [Definition.source()]), ("Approval", [Definition.approval()]),
                    ("Deploy", [Definition.commands("Work", ["true"])]),
                ]
            )
        )
        try git.commit("the first change")
        try git.push("HEAD:main")
        _ = try daemon.asks("line/1")
        return git
    }

    @Test("[5] a push behind a waiting approval waits, and asks with a token of its own when it is its turn")
    func behind() throws {
        try DaemonFixture.run { daemon in
            let git = try ask(daemon)
            let first = try #require(try daemon.state().token("Ask"))
            try git.commit("second")
            try git.push("HEAD:main")
            let second = try daemon.execution("line/2", until: "is there") { _ in true }.id
            try daemon.state(until: "has line/2 waiting") {
                $0.stage("Approval")?.inboundExecution?.pipelineExecutionId == second
            }
            let approved = try daemon.nacre("approve", "line/1", "--comment", "good numbers")
            #expect(approved.status == 0, "\(approved)")
            #expect((approved.output + approved.errors).contains("the first change"))
            #expect(try daemon.over("line/1").status == "Succeeded")
            _ = try daemon.asks("line/2")
            let token = try #require(try daemon.state().token("Ask"))
            #expect(token != first)
            let shown = try daemon.nacre("show", "line/1").output
            #expect(shown.contains("good numbers"), "\(shown)")
        }
    }

    @Test("[6] the second answer is refused and says who was faster")
    func twice() throws {
        try DaemonFixture.run { daemon in
            _ = try ask(daemon)
            #expect(try daemon.nacre("reject", "line/1", "--comment", "worse than before").status == 0)
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Failed")
            #expect(try daemon.nacre("watch", "line/1").status == 8)
            let late = try daemon.nacre("approve", "line/1", "--comment", "but I like it")
            #expect(late.status == 1)
            #expect(try daemon.execution("line/1").status == "Failed")
        }
    }

    @Test("a daemon that is killed while an approval waits asks for the same one afterwards")
    func survives() throws {
        try DaemonFixture.run { daemon in
            _ = try ask(daemon)
            let token = try #require(try daemon.state().token("Ask"))
            try daemon.stop(SIGKILL)
            try daemon.start()
            #expect(try daemon.state().token("Ask") == token)
            #expect(try daemon.nacre("approve", "line", "--comment", "yes").status == 0)
            #expect(try daemon.over("line/1").status == "Succeeded")
        }
    }
}
