// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Draining", .scratchDirectory, .timeLimit(.minutes(40)))
struct DrainTests {
    private struct Report: Decodable {
        let isDraining: Bool
        let builds: [String]
        let actions: [String]
        let waiting: Int
    }

    private func push(_ git: GitFixture, _ command: String, to branch: String = "main") throws {
        try git.write("buildspec.yml", BuildspecText.commands(command))
        try git.commit()
        let result = try git.push("HEAD:\(branch)")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
    }

    @Test("what runs goes on, what comes waits and says why, over a restart too, and begins after the end of it")
    func drain() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let gate = Gate()
            try push(git, gate.command)
            try gate.waitUntilReached()
            let drained = try daemon.nacre("drain")
            #expect(drained.status == 0)
            #expect(drained.errors.contains("1 run: app#1, 0 builds wait"), "\(drained)")
            try push(git, "echo second")
            let reason = "waits as the daemon is being drained; `nacre drain --undo` ends that"
            #expect(try daemon.build("app#2").statusReason == reason)
            #expect(try daemon.nacre("drain", "--wait", "--timeout", "1s").status == 7)

            try daemon.stop()
            try daemon.start()
            #expect(daemon.log.contains("warning Daemon is being drained: it begins nothing until nacre drain --undo"))
            #expect(try daemon.build("app#2").statusReason == reason)
            gate.open()
            #expect(try daemon.nacre("drain", "--wait").status == 0)
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            let report: Report = try ShownBuild.decode(try daemon.nacre("drain", "--status", "--json"))
            #expect(report.isDraining)
            #expect(report.builds.isEmpty)
            #expect(report.waiting == 1)
            #expect(try daemon.build("app#2").buildStatus == "IN_PROGRESS")

            #expect(try daemon.nacre("drain", "--undo").status == 0)
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
            try daemon.stop()
            try daemon.start()
            try push(git, "echo third")
            #expect(try daemon.finished("app#3").buildStatus == "SUCCEEDED")
        }
    }

    @Test("actions wait, approvals are taken, and both go on afterwards", arguments: [false, true])
    func actions(restarts: Bool) throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Get", [Definition.source()]), ("Say", [Definition.approval()]),
                        ("Do", [Definition.commands("Work", ["echo worked"])]),
                    ]
                )
            )
            try push(git, "echo first")
            _ = try daemon.asks("line/1")
            #expect(try daemon.nacre("drain").status == 0)
            #expect(try daemon.nacre("approve", "line/1").status == 0)
            try push(git, "echo pushed")
            try daemon.execution("line/2", until: "is there") { _ in true }
            let status: Report = try ShownBuild.decode(try daemon.nacre("drain", "--wait", "--json"))
            #expect(status.actions.isEmpty)
            if restarts {
                try daemon.stop()
                try daemon.start()
            }
            #expect(try daemon.execution("line/1").action("Work")?.status == "InProgress")
            #expect(try daemon.builds().isEmpty)
            #expect(try daemon.nacre("drain", "--undo").status == 0)
            #expect(try daemon.over("line/1").status == "Succeeded")
            _ = try daemon.asks("line/2")
        }
    }
}
