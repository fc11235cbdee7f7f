// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The audit log of a daemon", .scratchDirectory, .timeLimit(.minutes(40)))
struct AuditTests {
    private struct Record: Decodable {
        struct Who: Decodable {
            var kind: String
            var uid: UInt32
            var user: String
            var pid: Int32
        }

        var sequence: Int
        var who: Who
        var action: String
        var subject: String
        var details: [String: String]
    }

    private func records(_ daemon: DaemonFixture) throws -> [Record] {
        let result = try daemon.nacre("audit", "list", "--json", "-n", "1000")
        return try JSONDecoder().decode([Record].self, from: Data(result.output.utf8))
    }

    private func succeeds(_ daemon: DaemonFixture, _ arguments: String..., status: Int32 = 0) throws {
        let result = try Program.run(
            Program.product("nacre"),
            arguments,
            environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
            in: ScratchDirectory.path
        )
        #expect(result.status == status, "\(arguments): \(result)")
    }

    @Test("every request that changes something is on record with who made it, and nothing that is secret")
    func recorded() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try succeeds(daemon, "repo", "set", "app", "--timeout", "5m")
            try succeeds(daemon, "secret", "put", "app/token", "--value", "hunter2hunter2")
            try succeeds(daemon, "parameter", "put", "/app/key", "--value", "hunter2hunter2")
            try succeeds(daemon, "parameter", "delete", "/app/none", status: 5)
            try succeeds(daemon, "notify", "add", "chat", "--webhook", "http://127.0.0.1:9/hunter2hunter2")
            try succeeds(daemon, "stop", "app#7", status: 5)
            // These only look.
            try succeeds(daemon, "list")
            try succeeds(daemon, "secret", "list")
            try git.write("buildspec.yml", "version: 0.2\nphases: {build: {commands: [\"true\"]}}\n")
            try git.commit()
            #expect(try git.push("HEAD:main", options: ["nacre.env.TOKEN=hunter2hunter2"]).status == 0)
            _ = try daemon.finished("app#1")
            kill(try #require(daemon.pid), SIGHUP)
            try eventually("the settings are read") { daemon.log.contains("Settings are read again") }
            #expect(try daemon.stop() == 0)

            let records = try records(daemon)
            let expected = [
                "daemon.start", "repository.create app", "repository.set app", "secret.put app/token",
                "parameter.put /app/key", "parameter.delete /app/none", "parameter.delete.refused /app/none",
                "notification.add chat", "build.stop app#7", "build.stop.refused app#7", "push app", "settings.reload",
                "daemon.stop",
            ]
            let found = records.map { $0.who.kind == "daemon" ? $0.action : "\($0.action) \($0.subject)" }
            #expect(found == expected)
            #expect(records.map(\.sequence) == Array(1...expected.count))
            for record in records { #expect(record.who.uid == getuid() && record.who.pid > 1) }
            #expect(Set(records.map(\.who.kind)) == ["daemon", "user"])
            let push = try #require(records.first { $0.action == "push" })
            #expect(push.details["refs"] == "1")
            #expect(push.details["refs/heads/main"]?.hasPrefix("0000000") ?? false)
            let text = try String(contentsOfFile: "\(daemon.home)/audit.log", encoding: .utf8)
            #expect(!text.contains("hunter2"))

            // The daemon's own log names the same head.
            let verdict = try daemon.nacre("audit", "verify")
            #expect(verdict.status == 0)
            let head = try #require(verdict.errors.split(separator: " ").last).dropLast()
            #expect(daemon.log.contains("Daemon has stopped audit=\(head)"))
        }
    }

    @Test("a log that was tampered with is found by line, and the exit code says so")
    func tampered() throws {
        try DaemonFixture.run { daemon in
            for name in ["one", "two", "three"] { try succeeds(daemon, "repo", "create", name) }
            let path = "\(daemon.home)/audit.log"
            let good = try String(contentsOfFile: path, encoding: .utf8)
            try Data(good.replacing("\"two\"", with: "\"too\"").utf8).write(to: URL(fileURLWithPath: path))
            let changed = try daemon.nacre("audit", "verify")
            #expect(changed.status == 1)
            #expect(changed.errors.hasPrefix("nacre: \(path):3: "), "\(changed)")
            let json = try daemon.nacre("audit", "verify", "--json")
            #expect(json.status == 1 && json.output.contains(#/"line" ?: 3/#), "\(json)")
            // The copy that somebody has kept is good.
            let copy = "\(ScratchDirectory.path)/copy.log"
            try Data(good.utf8).write(to: URL(fileURLWithPath: copy))
            try succeeds(daemon, "audit", "verify", copy)
            try Data(good.split(separator: "\n").dropLast().map { $0 + "\n" }.joined().utf8)
                .write(to: URL(fileURLWithPath: path))
            let cut = try daemon.nacre("audit", "verify")
            #expect(cut.status == 1 && cut.errors.contains("the end is missing"), "\(cut)")
        }
    }

    @Test("the end and the head that are taken away under a running daemon are missed")
    func deceived() throws {
        try DaemonFixture.run { daemon in
            for name in ["one", "two", "three"] { try succeeds(daemon, "repo", "create", name) }
            let path = "\(daemon.home)/audit.log"
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            try Data((lines.prefix(2).joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.removeItem(atPath: "\(daemon.home)/audit.head")
            try succeeds(daemon, "repo", "create", "four")
            let cut = try daemon.nacre("audit", "verify")
            #expect(cut.status == 1 && cut.errors.contains("records 3 to 4 are missing"), "\(cut)")
            // Nothing at all is not a log that is whole.
            for name in ["audit.log", "audit.head"] {
                try FileManager.default.removeItem(atPath: "\(daemon.home)/\(name)")
            }
            try succeeds(daemon, "audit", "verify", status: 1)
        }
    }

    @Test("a client that does not wait for its answer has been refused nothing")
    func impatient() throws {
        try DaemonFixture.run { daemon in
            let client = """
                import socket
                client = socket.socket(socket.AF_UNIX)
                client.connect("\(daemon.home)/control.sock")
                client.sendall(b'{"createRepository": {"name": "app", "branches": ["main"]}}\\n')
                """
            let result = try Program.run("/usr/bin/python3", ["-c", client], environment: Program.path)
            #expect(result.status == 0, "\(result)")
            try eventually("it is made") { try daemon.nacre("repo", "list").output.contains("app") }
            #expect(try daemon.stop() == 0)
            let found = try records(daemon).map(\.action)
            #expect(found == ["daemon.start", "repository.create", "daemon.stop"])
        }
    }

    @Test("a refusal is on record with its kind, not with what was given")
    func refusal() throws {
        try DaemonFixture.run { daemon in
            let remote = "https://ada:hunter2@hunter2@example.org/team/app"
            #expect(try daemon.nacre("repo", "map", remote, "app").status == 2)
            #expect(try daemon.stop() == 0)
            let refused = try #require(try records(daemon).first { $0.action == "repository.map.refused" })
            #expect(refused.details == ["reason": "invalid"])
            #expect(!(try String(contentsOfFile: "\(daemon.home)/audit.log", encoding: .utf8).contains("hunter2")))
        }
    }

    @Test("mending, restoring and looking into a build are on record")
    func care() throws {
        try DaemonFixture.run { daemon in
            try succeeds(daemon, "repo", "create", "app")
            try succeeds(daemon, "debug", "app#7", status: 5)
            _ = try daemon.nacre("doctor", "--fix")
            _ = try daemon.nacre("doctor")
            #expect(try records(daemon).map(\.action).suffix(3) == ["debug", "debug.refused", "doctor"])
            let file = "\(ScratchDirectory.path)/backup.tar"
            try succeeds(daemon, "backup", file)
            let other = "\(ScratchDirectory.path)/restored"
            try succeeds(daemon, "restore", file, "--home", other)
            let listed = try daemon.nacre("audit", "list", "-n", "1", environment: ["NACRE_HOME": other])
            #expect(listed.output.contains(" restore ") && listed.output.contains(file), "\(listed)")
            try succeeds(daemon, "audit", "list", "--since", "31-01-2026", status: 2)
        }
    }

    @Test("what cannot be put on record is not done, but for what only stops something")
    func failing() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let git = try daemon.createRepository()
            let lines = gate.command.split(separator: "\n").map { "        \($0)\n" }.joined()
            try git.write("buildspec.yml", "version: 0.2\nphases:\n  build:\n    commands:\n      - |\n\(lines)")
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            try gate.waitUntilReached()
            // A folder in the log's place: for the superuser, too, it cannot be written.
            let path = "\(daemon.home)/audit.log"
            try FileManager.default.moveItem(atPath: path, toPath: "\(path).aside")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let refused = try daemon.nacre("repo", "create", "other")
            #expect(refused.status == 4)
            #expect(
                refused.errors.contains("nothing is done without a record: the audit log \(path) cannot be written")
            )
            try succeeds(daemon, "secret", "put", "app/token", "--value", "hunter2hunter2", status: 4)
            #expect(try !daemon.nacre("repo", "list").output.contains("other"))
            #expect(try daemon.nacre("secret", "list").output == "")
            try succeeds(daemon, "stop", "app#1")
            #expect(try daemon.finished("app#1").buildStatus == "STOPPED")
            #expect(try daemon.nacre("metrics").output.contains("\nnacre_audit_failures_total "))
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: "\(path).aside", toPath: path)
            try succeeds(daemon, "repo", "create", "other")
            try succeeds(daemon, "audit", "verify")
        }
    }
}
