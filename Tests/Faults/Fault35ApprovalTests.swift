// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 35: approvals", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault35ApprovalTests {
    private func scene(_ daemon: DaemonFixture, mode: String = "SUPERSEDED") throws -> PipelineScene {
        try PipelineScene(
            daemon,
            [
                ("Ask", [Definition.approval()]),
                ("Deploy", [Definition.commands("Deploy", ["cat number >> '\(ScratchDirectory.path)/deployed'"])]),
            ],
            mode: mode
        )
    }

    /// Sends one request as a client of its own making would, and gives the answer.
    private func ask(_ daemon: DaemonFixture, _ request: [String: Any]) throws -> String {
        let line = try JSONSerialization.data(withJSONObject: ["pipeline": ["_0": request]])
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect(sys.argv[1])
            s.sendall(sys.stdin.buffer.read() + b"\\n")
            print(s.makefile().readline())
            """
        let result = try Program.run(
            "python3",
            ["-c", script, "\(daemon.home)/control.sock"],
            environment: Program.path,
            input: Array(line)
        )
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return result.output
    }

    private func answer(
        _ execution: String,
        stage: String = "Ask",
        action: String = "Ask",
        token: String
    ) -> [String: Any] {
        [
            "answerApproval": [
                "execution": execution, "stage": stage, "action": action, "token": token, "isApproved": true,
                "comment": "mine",
            ]
        ]
    }

    @Test("35: of many who approve and reject at once exactly one decides, and the others are told so")
    func atOnce() throws {
        try DaemonFixture.run { daemon in
            let scene = try scene(daemon)
            try scene.push(1)
            _ = try daemon.asks("line/1")
            let clients = try (0..<8).map { number in
                try BackgroundProgram(
                    Program.product("nacre"),
                    [number.isMultiple(of: 2) ? "approve" : "reject", "line/1", "--comment", "client \(number)"],
                    environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
                    name: "client\(number)"
                )
            }
            let codes = try clients.map { try $0.wait() }
            let winner = try #require(codes.firstIndex(of: 0))
            #expect(codes.filter { $0 == 0 }.count == 1 && codes.allSatisfy { $0 == 0 || $0 == 1 }, "\(codes)")
            let execution = try daemon.over("line/1")
            let isApproved = winner.isMultiple(of: 2)
            #expect(execution.status == (isApproved ? "Succeeded" : "Failed"))
            #expect(execution.attempts("Ask").map(\.status) == [isApproved ? "Succeeded" : "Failed"])
            #expect((execution.action("Deploy") != nil) == isApproved)
            #expect(try daemon.nacre("show", "line/1").output.contains("client \(winner)"))
            for (number, client) in clients.enumerated() where number != winner {
                #expect(client.errors.contains("line/1"), "\(client.errors)")
            }
            // Whoever comes later hears what was decided, by whom.
            let late = try daemon.nacre(isApproved ? "reject" : "approve", "line/1", "--comment", "late")
            #expect(late.status == 1 && late.errors.contains(isApproved ? "approved by" : "rejected by"), "\(late)")
        }
    }

    @Test("35: an answer after the execution was superseded or stopped changes nothing")
    func afterwards() throws {
        try DaemonFixture.run { daemon in
            let scene = try scene(daemon)
            try scene.push(1)
            _ = try daemon.asks("line/1")
            let token = try #require(try daemon.state().token("Ask"))
            try scene.push(2)
            try scene.waiting(before: "Ask", [2])
            try scene.push(3)
            try scene.waiting(before: "Ask", [3])
            let superseded = try daemon.nacre("approve", "line/2", "--comment", "late")
            #expect(superseded.status == 1 && superseded.errors.contains("Superseded"), "\(superseded)")
            let id = try daemon.execution("line/1").id
            #expect(try daemon.nacre("stop", "line/1", "--abandon").status == 0)
            #expect(try daemon.over("line/1").status == "Stopped")
            let stopped = try daemon.nacre("approve", "line/1", "--comment", "late")
            #expect(stopped.status == 1 && stopped.errors.contains("Stopped"), "\(stopped)")
            // The token that was seen before is as dead, and opens nobody else's approval.
            _ = try daemon.asks("line/3")
            let raw = try ask(daemon, answer(id, token: token))
            #expect(raw.contains("ApprovalAlreadyCompletedException") || raw.contains("InvalidApprovalTokenException"))
            #expect(try daemon.execution("line/3").action("Ask")?.status == "InProgress")
            #expect(!FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/deployed"))
        }
    }

    @Test("35: a token answers the approval that it was made for, and no other: of another execution, stage or try")
    func tokens() throws {
        try DaemonFixture.run { daemon in
            let scene = try PipelineScene(
                daemon,
                [("First", [Definition.approval("Ask")]), ("Second", [Definition.approval("Ask")])],
                mode: "PARALLEL"
            )
            for number in 1...2 { try scene.push(number) }
            var answers: [String: String] = [:]
            for number in 1...2 {
                _ = try daemon.asks("line/\(number)")
                let shown = try ask(daemon, ["approvals": ["reference": "line/\(number)"]])
                let token = try #require(shown.firstMatch(of: /"token":"([^"]+)"/)).1
                answers["line/\(number)"] = String(token)
            }
            let first = try #require(answers["line/1"])
            #expect(first != answers["line/2"])
            for (execution, stage, token) in [
                ("line/2", "Second", first), ("line/1", "Second", first), ("line/1", "First", ""),
                ("line/1", "First", String(first.dropLast()) + "0"), ("line/1", "First", "*"),
            ] where token != first || stage == "Second" {
                let answered = try ask(daemon, answer(execution, stage: stage, token: token))
                #expect(answered.contains("InvalidApprovalTokenException"), "\(execution) \(stage): \(answered)")
            }
            // It is the token that says whose approval is meant: the other one's is not answered by this name.
            let crossed = try ask(daemon, answer("line/2", stage: "First", token: first))
            #expect(try daemon.execution("line/2").action("Ask")?.status == "InProgress", "\(crossed)")
            #expect(try daemon.execution("line/1").action("Ask")?.status == "InProgress", "\(crossed)")
        }
    }

    @Test("35: an approval that has expired cannot be answered; the stage can be tried again")
    func expired() throws {
        let clock = try ShiftedClock()
        try DaemonFixture.run(environment: clock.environment) { daemon in
            let scene = try scene(daemon)
            try scene.push(1)
            let token = try #require(
                try daemon.state(until: "asks") { $0.token("Ask") != nil }.token("Ask")
            )
            let id = try daemon.execution("line/1").id
            try daemon.stop(SIGKILL)
            // The week that an answer may take has passed while no daemon ran.
            try clock.shift(seconds: 8 * 86_400)
            try daemon.start()
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Failed")
            #expect(execution.action("Ask")?.problem.contains("Nobody approved or rejected within 7 days") ?? false)
            let raw = try ask(daemon, answer(id, token: token))
            #expect(raw.contains("ApprovalAlreadyCompletedException") && raw.contains("expired"), "\(raw)")
            #expect(try daemon.nacre("approve", "line/1").status == 1)
            #expect(try daemon.nacre("pipeline", "retry", "line/1").status == 0)
            try scene.approve(1)
            #expect(try daemon.over("line/1").status == "Succeeded")
        }
    }

    @Test("35: who has answered is known from the socket, not from the commit or the environment")
    func identity() throws {
        try DaemonFixture.run { daemon in
            let scene = try scene(daemon)
            try scene.git.write("number", "1\n")
            try scene.git.git("add", "-A")
            try scene.git.git(
                "-c",
                "user.name=chief",
                "-c",
                "user.email=chief@example.org",
                "commit",
                "-q",
                "--author",
                "chief <chief@example.org>",
                "-m",
                "approved-by: chief"
            )
            try scene.git.push("HEAD:main")
            _ = try daemon.asks("line/1")
            let answered = try daemon.nacre(
                "approve",
                "line/1",
                "--comment",
                "as chief",
                environment: [
                    "USER": "chief", "LOGNAME": "chief", "SUDO_USER": "chief", "GIT_AUTHOR_NAME": "chief",
                    "HOME": "/home/chief",
                ]
            )
            #expect(answered.status == 0, "\(answered)")
            let own = try Program.run("id", ["-un"], environment: Program.path).output.dropLast()
            let state = try daemon.state(until: "is decided") {
                $0.stage("Ask")?.actionStates.first?.latestExecution?.status == "Succeeded"
            }
            let person = state.stage("Ask")?.actionStates.first?.latestExecution?.lastUpdatedBy
            #expect(person?.hasSuffix("/\(own)") ?? false, "\(String(describing: person))")
            #expect(try daemon.over("line/1").status == "Succeeded")
        }
    }

    @Test("35: where others must approve, who has pushed or started it may reject it and no more")
    func own() throws {
        let home = "\(ScratchDirectory.path)/home"
        try FileManager.default.createDirectory(
            atPath: home,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try "approvers: others\n".write(toFile: "\(home)/config.yml", atomically: false, encoding: .utf8)
        try DaemonFixture.run { daemon in
            let scene = try scene(daemon)
            try scene.push(1)
            _ = try daemon.asks("line/1")
            let own = try Program.run("id", ["-un"], environment: Program.path).output.dropLast()
            let approved = try daemon.nacre("approve", "line/1", "--comment", "good")
            #expect(approved.status == 1)
            #expect(
                approved.errors.contains("line/1 was pushed or started by \(own), and somebody else must approve it")
            )
            #expect(try daemon.execution("line/1").action("Ask")?.status == "InProgress")
            #expect(try daemon.nacre("reject", "line/1", "--comment", "bad").status == 0)
            #expect(try daemon.over("line/1").status == "Failed")
            #expect(try daemon.nacre("pipeline", "start", "line").status == 0)
            _ = try daemon.asks("line/2")
            #expect(try daemon.nacre("approve", "line/2", "--comment", "good").status == 1)
        }
    }
}
