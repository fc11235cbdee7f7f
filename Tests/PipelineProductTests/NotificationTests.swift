// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Notifications", .scratchDirectory, .timeLimit(.minutes(40)))
struct NotificationTests {
    /// A message, as targets get it.
    struct Message: Decodable {
        struct Approval: Decodable {
            let pipelineName: String
            let stageName: String
            let actionName: String
            let token: String
            let expires: String?
            let customData: String
        }
        struct Event: Decodable {
            struct Detail: Decodable {
                let pipeline: String?
                let state: String?
            }
            let detail: Detail
            let source: String
        }
        let text: String
        let reason: String
        let approval: Approval?
        let event: Event
    }

    private var inbox: String { "\(ScratchDirectory.path)/inbox" }

    /// What has arrived, oldest first.
    private func messages() throws -> [Message] {
        let text = String(decoding: FileManager.default.contents(atPath: inbox) ?? Data(), as: UTF8.self)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
    }

    private func line(_ daemon: DaemonFixture, _ command: String) throws {
        try daemon.define(
            Definition(
                "line",
                [
                    ("Source", [Definition.source()]),
                    ("Ask", [Definition.approval("Ask", ["configuration": ["CustomData": "is it better?"]])]),
                    ("Work", [Definition.commands("Work", [command])]),
                ]
            )
        )
    }

    @Test("a command is told of an approval that waits, of a failure, and of the recovery, and of nothing else")
    func command() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let mark = "\(ScratchDirectory.path)/mended"
            try line(daemon, "test -e '\(mark)'")
            let script = "test \"$NACRE_PIPELINE\" = line && cat >> '\(inbox)'"
            #expect(try daemon.nacre("notify", "add", "desk", "--command", script).status == 0)
            try git.commit("first")
            _ = try git.push("HEAD:main")
            _ = try daemon.asks("line/1")
            try eventually("the approval is told; \(daemon.log)") { try messages().count == 1 }
            let asked = try #require(try messages().first)
            #expect(asked.reason == "waiting")
            #expect(asked.approval?.token == (try daemon.state().token("Ask")))
            #expect(asked.approval?.customData == "is it better?")
            #expect(asked.approval?.expires?.hasSuffix("Z") == true)
            #expect(asked.text.contains("nacre approve line/1"))
            #expect(try daemon.nacre("approve", "line/1", "--comment", "yes").status == 0)
            #expect(try daemon.over("line/1").status == "Failed")
            try eventually("the failure is told") { try messages().map(\.reason) == ["waiting", "failed"] }
            #expect(try messages()[1].text.contains("Work/Work"))
            _ = FileManager.default.createFile(atPath: mark, contents: nil)
            #expect(try daemon.nacre("pipeline", "start", "line").status == 0)
            _ = try daemon.asks("line/2")
            #expect(try daemon.nacre("approve", "line/2", "--comment", "yes").status == 0)
            try eventually("the recovery is told") {
                try messages().map(\.reason) == ["waiting", "failed", "waiting", "recovered"]
            }
            #expect(try messages().last?.event.detail.state == "SUCCEEDED")
            let list = try daemon.nacre("notify", "list").output
            #expect(list.contains("desk") && list.contains("delivered"), "\(list)")
        }
    }

    @Test("what does not arrive is tried again, over a restart too, and its failure is shown meanwhile")
    func retried() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try line(daemon, "true")
            let mark = "\(ScratchDirectory.path)/open"
            let script = "echo the desk is closed; test -e '\(mark)' && cat >> '\(inbox)'"
            #expect(try daemon.nacre("notify", "add", "desk", "--command", script, "--on", "waiting").status == 0)
            try git.commit("first")
            _ = try git.push("HEAD:main")
            _ = try daemon.asks("line/1")
            try eventually("the failure is shown") {
                let list = try daemon.nacre("notify", "list").output
                return list.contains("the desk is closed") && list.contains("1 waiting")
            }
            try daemon.stop(SIGKILL)
            _ = FileManager.default.createFile(atPath: mark, contents: nil)
            try daemon.start()
            try eventually("it has arrived; \(daemon.log)") { try messages().map(\.reason) == ["waiting"] }
            try eventually("nothing waits any more") {
                try daemon.nacre("notify", "list").output.contains("delivered")
            }
        }
    }

    @Test("a webhook is sent the JSON by POST, and again where the server fails at first")
    func webhook() throws {
        try DaemonFixture.run { daemon in
            let server = try WebhookServer(in: ScratchDirectory.path, failures: 1)
            defer { server.stop() }
            #expect(try daemon.nacre("notify", "add", "chat", "--webhook", server.address).status == 0)
            // The test is tried once, and the server fails at first.
            let refused = try daemon.nacre("notify", "test", "chat")
            #expect(refused.status == 1 && refused.errors.contains("500"), "\(refused)")
            let test = try daemon.nacre("notify", "test", "chat")
            #expect(test.status == 0, "\(test)")
            let sent = try server.bodies().map { try JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
            #expect(sent.map(\.text).allSatisfy { $0.contains("`chat`") } && sent.count == 1)
            // The address may hold a token: the list shows the host only.
            let list = try daemon.nacre("notify", "list").output
            #expect(list.contains("http://127.0.0.1") && !list.contains("/token"), "\(list)")
            #expect(try daemon.nacre("notify", "remove", "chat").status == 0)
            #expect(try daemon.nacre("notify", "test", "chat").status == 5)
        }
    }

    @Test(
        "a target that makes no sense is refused",
        arguments: [
            ["add", "a b", "--command", "true"], ["add", "a", "--webhook", "ftp://host/"], ["add", "a"],
            ["add", "a", "--command", "true", "--on", "nonsense"],
        ]
    )
    func refused(_ words: [String]) throws {
        try DaemonFixture.run { daemon in
            let result = try Program.run(
                Program.product("nacre"),
                ["notify"] + words,
                environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            )
            #expect(result.status == 2, "\(result)")
        }
    }
}
