// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLite
import TestSupport
import Testing

/// 20: an upgrade while builds run, and the way back, with the other version simulated by what it would have written.
@Suite("20: upgrade and downgrade", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault20UpgradeTests {
    @discardableResult
    private func push(_ daemon: DaemonFixture, _ commands: String...) throws -> GitFixture {
        let git = try daemon.createRepository()
        let lines = commands.flatMap { ["      - |"] + $0.split(separator: "\n").map { "        \($0)" } }
        let text = (["version: 0.2", "phases:", "  build:", "    commands:"] + lines).joined(separator: "\n") + "\n"
        try git.write("buildspec.yml", text)
        try git.commit()
        let result = try git.push("HEAD:main")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return git
    }

    /// Adds a member that this version does not know to every object of a JSON text.
    private static func extended(_ value: Any) -> Any {
        switch value {
        case let object as [String: Any]:
            var result = object.mapValues(extended)
            result["fromTheFuture"] = ["a": [1, "two", NSNull()]]
            return result
        case let array as [Any]: return array.map(extended)
        default: return value
        }
    }

    private func extend(_ path: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        // Where the names are the data, as of variables, a further one is a further variable.
        var extended = try #require(Self.extended(object) as? [String: Any])
        for name in ["machineEnvironment"] { extended[name] = (object as? [String: Any])?[name] }
        try JSONSerialization.data(withJSONObject: extended).write(to: URL(fileURLWithPath: path))
    }

    @Test("20: what a newer supervisor writes is read by an older daemon that takes its build up")
    func newerSupervisor() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            try push(daemon, "echo before", gate.command, "echo after")
            try gate.waitUntilReached()
            let build = try daemon.build("app#1")
            let folder = "\(daemon.home)/builds/\(build.uuid)"
            try daemon.stop()
            // An event of a kind that this version does not know, and one that it knows with more in it.
            let events = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/events.jsonl"))
            try events.seekToEnd()
            let lines = #"{"kind":"FROM_THE_FUTURE","time":12}"# + "\n" + #"{"fromTheFuture":1}"# + "\n"
            try events.write(contentsOf: Data(lines.utf8))
            try events.close()
            try daemon.start()
            #expect(try daemon.build("app#1").currentPhase == "BUILD")
            try daemon.stop()
            gate.open()
            try eventually("the result is there") { FileManager.default.fileExists(atPath: "\(folder)/result.json") }
            try extend("\(folder)/result.json")
            try daemon.start()
            let ended = try daemon.finished("app#1")
            #expect(ended.buildStatus == "SUCCEEDED")
            #expect(ended.log.contains("\nafter\n"))
        }
    }

    @Test("20: a request of a newer daemon is carried out by an older supervisor")
    func newerDaemon() throws {
        // Its supervisor is a script that puts what it does not know into the request, and then becomes the real one.
        let programs = "\(ScratchDirectory.path)/programs"
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        for name in ["nacre", "nacre-hook", "nacre-environment"] {
            // A second name where the file systems allow it: they are large.
            let (from, to) = (Program.product(name), "\(programs)/\(name)")
            do { try FileManager.default.linkItem(atPath: from, toPath: to) } catch {
                try FileManager.default.copyItem(atPath: from, toPath: to)
            }
        }
        let script = """
            #!/bin/sh
            for folder in "$@"; do :; done
            until [ -s "$folder/request.json" ]; do sleep 0.01; done
            sed -i -e 's/^{/{"fromTheFuture":{"a":[1,null]},/' -e 's/"source":{/"source":{"fromTheFuture":true,/' \\
                "$folder/request.json"
            exec '\(Program.product("nacre-supervisor"))' "$@"
            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: "\(programs)/nacre-supervisor"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(programs)/nacre-supervisor")
        try DaemonFixture.run(program: "\(programs)/nacre") { daemon in
            try push(daemon, "echo built")
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(build.log.contains("\nbuilt\n"))
            let request = FileManager.default.contents(atPath: "\(daemon.home)/builds/\(build.uuid)/request.json")
            #expect(String(decoding: request ?? Data(), as: UTF8.self).contains("fromTheFuture"))
        }
    }

    @Test("20: after an upgrade the older version says how to go back, and then takes up the build that runs")
    func downgrade() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            try push(daemon, gate.command, "echo after")
            try gate.waitUntilReached()
            try daemon.stop()
            let journal = "\(daemon.home)/nacre.db"
            let copy = "\(journal).before-99"
            try upgrade(journal, keeping: copy)

            let refused = try Program.run(
                Program.product("nacre"),
                ["daemon", "--home", daemon.home],
                environment: Program.path,
                seconds: 60
            )
            #expect(refused.status == 4)
            #expect(refused.errors.contains("was written by a newer version of Nacre"))
            #expect(refused.errors.contains("'from the future'"))
            #expect(refused.errors.contains("\(journal).before-"))
            let files = try FileManager.default.contentsOfDirectory(atPath: daemon.home)
            #expect(files.contains("nacre.db.before-99"))

            // What Operations.md says.
            for name in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: journal + name) }
            try FileManager.default.moveItem(atPath: copy, toPath: journal)
            try daemon.start()
            #expect(try daemon.build("app#1").buildStatus == "IN_PROGRESS")
            gate.open()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.builds().count == 1)
        }
    }

    /// What a newer version does to the journal when it starts.
    private func upgrade(_ journal: String, keeping copy: String) throws {
        let database = try Database(journal, .existing)
        try database.execute("VACUUM INTO ?1", [.text(copy)])
        try database.executeScript("ALTER TABLE builds ADD COLUMN from_the_future TEXT")
        try database.execute("INSERT INTO migrations (id, name) VALUES (99, 'from the future')")
    }
}
