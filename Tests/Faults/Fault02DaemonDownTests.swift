// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 2: pushes without a daemon", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault02DaemonDownTests {
    @Test(
        "2: with the daemon down a push succeeds with one warning, and is built after the start",
        arguments: [SIGTERM, SIGKILL]
    )
    func down(signal: Int32) throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            // Killed, it leaves a socket where nobody listens.
            try daemon.stop(signal)
            #expect(FileManager.default.fileExists(atPath: "\(daemon.home)/control.sock") == (signal == SIGKILL))
            let result = try git.push("HEAD:main", options: ["nacre.wait"])
            #expect(result.status == 0)
            #expect(result.errors.components(separatedBy: "remote: nacre:").count == 2, "\(result)")
            let first = try git.git("rev-parse", "HEAD")
            let second = try git.commit("second")
            #expect(try git.push("HEAD:main", "\(first):refs/heads/model").status == 0)
            try daemon.start()
            let expected = ["app#1 main SUCCEEDED", "app#2 main SUCCEEDED", "app#3 model SUCCEEDED"]
            #expect(try IngestFixture.results(daemon, count: 3) == expected)
            #expect(try daemon.builds().reversed().map(\.resolvedSourceVersion) == [first, second, first])
            try daemon.stop()
            try daemon.start()
            #expect(try daemon.builds().count == 3)
        }
    }

    @Test("2: of several pushes to one branch without a daemon each is built, in their order, with its options")
    func several() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon, buildspec: IngestFixture.buildspec("echo INDEX is $INDEX"))
            try daemon.stop(SIGKILL)
            var heads: [String] = []
            for index in 1...4 {
                heads.append(try git.commit("commit \(index)"))
                let options = index == 3 ? ["nacre.skip"] : ["nacre.env.INDEX=\(index)"]
                #expect(try git.push("HEAD:main", options: options).status == 0)
            }
            let kept = try Self.kept(in: git.bare)
            #expect(kept.count == 4)
            try daemon.start()
            let expected = ["app#1 main SUCCEEDED", "app#2 main SUCCEEDED", "app#3 main SUCCEEDED"]
            #expect(try IngestFixture.results(daemon, count: 3) == expected)
            heads.remove(at: 2)
            #expect(try daemon.builds().reversed().map(\.resolvedSourceVersion) == heads)
            for (number, index) in [(1, 1), (2, 2), (3, 4)] {
                let log = try IngestFixture.nacre(daemon, ["logs", "app#\(number)"]).output
                #expect(log.contains("INDEX is \(index)\n"), "\(log)")
            }
            #expect(try Self.kept(in: git.bare).isEmpty)
            // As if the daemon had been killed after it had recorded the last one, and before it removed it.
            try daemon.stop(SIGKILL)
            let last = try #require(kept.last)
            try last.contents.write(to: URL(filePath: "\(git.bare)/\(last.name)"))
            try daemon.start()
            #expect(try daemon.builds().count == 3)
            #expect(try Self.kept(in: git.bare).isEmpty)
        }
    }

    @Test("2: a push that cannot reach the daemon that runs is taken in all the same, with its options")
    func unreachable() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon, buildspec: IngestFixture.buildspec("echo INDEX is $INDEX"))
            let socket = "\(daemon.home)/control.sock"
            try FileManager.default.moveItem(atPath: socket, toPath: "\(socket).away")
            #expect(try git.push("HEAD:main", options: ["nacre.env.INDEX=7"]).status == 0)
            try eventually("the push is taken in") { try Self.kept(in: git.bare).isEmpty }
            try FileManager.default.moveItem(atPath: "\(socket).away", toPath: socket)
            #expect(try IngestFixture.results(daemon, count: 1) == ["app#1 main SUCCEEDED"])
            let log = try IngestFixture.nacre(daemon, ["logs", "app#1"]).output
            #expect(log.contains("INDEX is 7\n"), "\(log)")
        }
    }

    @Test("2: what is no push in the place of kept ones is removed, or left, and holds up nothing")
    func hostileKept() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            try daemon.stop()
            #expect(try git.push("HEAD:main").status == 0)
            let place = "\(git.bare)/nacre-push."
            #expect(unsafe mkfifo("\(place)1", 0o600) == 0)
            #expect(unsafe symlink("/dev/zero", "\(place)2") == 0)
            // More than are read at once.
            let folders = (300..<320).map { "nacre-push.0000\($0)" }
            for name in folders { #expect(unsafe mkdir("\(git.bare)/\(name)", 0o700) == 0) }
            try Data(repeating: 0, count: 3 << 20).write(to: URL(filePath: "\(place)4"))
            try Data("NACRE-HOOK 1\nrepository=/\0update=".utf8).write(to: URL(filePath: "\(place)5"))
            try daemon.start()
            #expect(try IngestFixture.results(daemon, count: 1) == ["app#1 main SUCCEEDED"])
            #expect(try Self.kept(in: git.bare).map(\.name) == folders)
        }
    }

    @Test("2: what was pushed before a repository is registered is not built")
    func beforeRegistration() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            try daemon.stop()
            #expect(try git.push("HEAD:main").status == 0)
            let kept = try Self.kept(in: git.bare)
            #expect(kept.count == 1)
            try daemon.start()
            #expect(try IngestFixture.results(daemon, count: 1) == ["app#1 main SUCCEEDED"])
            try IngestFixture.nacre(daemon, ["repo", "remove", "app"])
            for (name, contents) in kept { try contents.write(to: URL(filePath: "\(git.bare)/\(name)")) }
            try IngestFixture.nacre(daemon, ["repo", "add", git.bare, "--name", "again"])
            #expect(try git.push("HEAD:model").status == 0)
            _ = try IngestFixture.results(daemon, count: 2)
            #expect(try daemon.builds().map(\.sourceVersion) == ["model", "main"])
        }
    }

    /// The pushes that the hook has kept, oldest first.
    private static func kept(in repository: String) throws -> [(name: String, contents: Data)] {
        try FileManager.default.contentsOfDirectory(atPath: repository).filter { $0.hasPrefix("nacre-push.") }.sorted()
            .map { name in
                (name: name, contents: (try? Data(contentsOf: URL(filePath: "\(repository)/\(name)"))) ?? Data())
            }
    }

    @Test("2: a daemon that hangs keeps the pusher only for a moment, and builds the push when it is back")
    func hanging() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            let pid = try #require(daemon.pid)
            kill(pid, SIGSTOP)
            let result = try git.push("HEAD:main", options: ["nacre.wait"])
            kill(pid, SIGCONT)
            #expect(result.status == 0)
            #expect(result.errors.contains("the daemon does not answer"), "\(result)")
            // The hook's message is read late, the watcher's event too: it is one build all the same.
            #expect(try git.push("HEAD:refs/heads/model", options: ["nacre.wait"]).status == 0)
            let expected = ["app#1 main SUCCEEDED", "app#2 model SUCCEEDED"]
            #expect(try IngestFixture.results(daemon, count: 2) == expected)
        }
    }

    @Test("2: a daemon that hangs while a build is followed keeps the pusher for a limited time")
    func hangingLater() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let git = try IngestFixture.repository(daemon, buildspec: IngestFixture.buildspec(gate.command))
            let push = try BackgroundProgram(
                "/usr/bin/git",
                ["-C", git.work, "push", "-o", "nacre.wait", "origin", "HEAD:main"],
                environment: GitFixture.environment.merging(["NACRE_HOOK_SILENCE": "2"]) { $1 },
                name: "push"
            )
            try gate.waitUntilReached()
            let pid = try #require(daemon.pid)
            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            #expect(try push.wait() == 0)
            #expect(push.errors.contains("the daemon does not answer any more; builds go on"), "\(push.errors)")
            kill(pid, SIGCONT)
            gate.open()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }

    @Test(
        "2: a build that says nothing for longer than a daemon may is followed to its end",
        .enabled(if: SlowTests.areWanted, "takes half a minute: set NACRE_SLOW_TESTS=1")
    )
    func quiet() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon, buildspec: IngestFixture.buildspec("sleep 25"))
            let words = ["-C", git.work, "push", "-o", "nacre.wait", "origin", "HEAD:main"]
            let environment = GitFixture.environment.merging(["NACRE_HOOK_SILENCE": "20"]) { $1 }
            let result = try Program.run("git", words, environment: environment)
            #expect(result.errors.contains("app#1 SUCCEEDED"), "\(result)")
        }
    }
}
