// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport
import Testing

/// 46: a backup that is taken while all goes on, and is restored elsewhere.
@Suite("46: backup and restore", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault46BackupTests {
    private struct Restored: Decodable {
        let interruptedBuilds: [String]
        let interruptedActions: [String]
    }

    private var folder: String { ScratchDirectory.path }
    private var file: String { "\(folder)/backup.tar" }

    private static func buildspec(_ commands: String...) -> String {
        let lines = commands.flatMap { ["      - |"] + $0.split(separator: "\n").map { "        \($0)" } }
        let head = ["version: 0.2", "phases:", "  build:", "    commands:"]
        return (head + lines + ["artifacts:", "  files: ['out.txt']"]).joined(separator: "\n") + "\n"
    }

    private func push(_ git: GitFixture, _ text: String, to branch: String) throws {
        try git.write("buildspec.yml", text)
        try git.commit()
        let result = try git.push("HEAD:\(branch)")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
    }

    /// Pushes to a branch that nobody watches, and packs the repository again and again, until `body` has ended.
    private func whilePushing(to git: GitFixture, _ body: () throws -> Void) throws {
        let isDone = Mutex(false)
        let isEnded = DispatchSemaphore(value: 0)
        let thread = Thread {
            var round = 0
            while !isDone.withLock({ $0 }) {
                round += 1
                _ = try? git.write("round.txt", "\(round)\n")
                _ = try? git.commit()
                _ = try? git.push("+HEAD:refs/heads/unwatched")
                _ = try? git.gitInBare(round % 2 == 0 ? "repack" : "pack-refs", round % 2 == 0 ? "-adq" : "--all")
            }
            isEnded.signal()
        }
        thread.start()
        defer {
            isDone.withLock { $0 = true }
            isEnded.wait()
        }
        try body()
    }

    private func nacre(_ arguments: String...) throws -> Program.Result {
        try Program.run(Program.product("nacre"), arguments, environment: Program.path, in: folder)
    }

    @Test("46: taken while pushes and builds run, restored elsewhere: consistent, and what ran is interrupted, once")
    func consistent() throws {
        try DaemonFixture.run { daemon in
            let action = Gate("action")
            let build = Gate("build")
            let git = try daemon.createRepository(branches: "main,model")
            try push(git, Self.buildspec("echo first line; echo made > out.txt"), to: "main")
            let first = try daemon.finished("app#1")
            #expect(first.buildStatus == "SUCCEEDED")

            try daemon.define(
                Definition("line", [("Get", [Definition.source(branch: "model")]), ("Say", [Definition.approval()])])
            )
            try daemon.define(
                Definition(
                    "slow",
                    [
                        ("Get", [Definition.source(branch: "model")]),
                        ("Do", [Definition.commands("Work", [action.command.replacing("\n", with: "; ")])]),
                    ]
                )
            )
            try git.push("HEAD:model")
            _ = try daemon.asks("line/1")
            let token = try #require(try daemon.state("line").token("Ask"))
            try action.waitUntilReached()
            try push(git, Self.buildspec(build.command, "echo made > out.txt"), to: "main")
            try build.waitUntilReached()
            try push(git, Self.buildspec("echo made > out.txt"), to: "main")
            let list = try daemon.builds().map(\.id)
            #expect(try daemon.nacre("parameter", "put", "/app/key", "--value", "kept value").status == 0)

            try whilePushing(to: git) {
                let result = try daemon.nacre("backup", file)
                #expect(result.status == 0, "\(result)")
                #expect(result.errors.contains("the secrets and their key are in it"))
            }
            #expect(try nacre("backup", "--verify", file).status == 0)

            // Elsewhere, while the first goes on.
            let other = "\(folder)/other"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
            let result = try nacre("restore", file, "--home", "\(other)/home", "--json")
            let restored: Restored = try ShownBuild.decode(result)
            #expect(restored.interruptedBuilds.contains("app#2"))
            #expect(restored.interruptedBuilds.count == 2)
            #expect(restored.interruptedActions == ["slow/1 Work"])
            try DaemonFixture.run(in: other) { second in
                try look(at: second, first: first, list: list, token: token, action, build)
            }

            // The first has not noticed.
            #expect(try daemon.build("app#2").buildStatus == "IN_PROGRESS")
            #expect(try daemon.execution("slow/1").status == "InProgress")
            action.open()
            build.open()
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
            #expect(try daemon.over("slow/1").status == "Succeeded")
        }
    }

    private func look(
        at second: DaemonFixture,
        first: ShownBuild,
        list: [String],
        token: String,
        _ action: Gate,
        _ build: Gate
    ) throws {
        // The builds that waited run here, too, and nothing else is new.
        #expect(try second.finished("app#3").buildStatus == "SUCCEEDED")
        #expect(try second.builds().map(\.id) == list)
        let interrupted = try second.build("app#2")
        #expect(interrupted.buildStatus == "FAULT")
        #expect(interrupted.statusReason == "interrupted by the restore of a backup")
        let kept = try second.build("app#1")
        #expect(kept.buildStatus == "SUCCEEDED")
        #expect(kept.log == first.log)
        #expect(kept.logs.file.hasPrefix(second.home))
        #expect(kept.artifacts.location.hasPrefix(second.home))
        #expect(try second.nacre("logs", "app#1").output.contains("first line"))
        #expect(try second.nacre("artifacts", "cat", "app#1", "out.txt").output == "made\n")

        #expect(try second.nacre("parameter", "get", "/app/key").output.contains("kept value"))

        // The approval that waited waits, with its token, and can be given.
        #expect(try second.state("line").token("Ask") == token)
        let approved = try second.nacre("approve", "line/1")
        #expect(approved.status == 0, "\(approved)")
        #expect(try second.over("line/1").status == "Succeeded")

        // The action that ran has failed, and can be tried again.
        let failed = try second.over("slow/1")
        #expect(failed.status == "Failed")
        #expect(failed.action("Work")?.problem.contains("interrupted by the restore of a backup") == true)

        // The repository is whole, its hook tells this daemon, and numbers go on.
        let bare = "\(second.home)/repos/app.git"
        try GitFixture.git(["fsck", "--full", "--strict"], in: bare)
        let git = try GitFixture(in: "\(ScratchDirectory.path)/again", pushingTo: bare)
        try git.git("pull", "-q", "--rebase", "origin", "main")
        try git.write("buildspec.yml", Self.buildspec("echo again > out.txt"))
        try git.commit()
        let pushed = try git.push("HEAD:main")
        #expect(pushed.errors.contains("queued app#4 (main at"), "\(pushed)")
        #expect(try second.finished("app#4").buildStatus == "SUCCEEDED")
        #expect(try second.nacre("doctor", "--quiet").status == 0)
    }

    @Test("46: a restore refuses what it cannot do, and leaves everything as it is")
    func refusals() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            let small = try daemon.nacre("backup", file, "--without-logs", "--without-artifacts", "--without-secrets")
            #expect(small.status == 0, "\(small)")
            let running = try daemon.nacre("restore", file)
            #expect(running.status == 1)
            #expect(running.errors == "nacre: a daemon runs on \(daemon.home); name another home by --home\n")
            try daemon.stop()
            let full = try daemon.nacre("restore", file)
            #expect(full.status == 1)
            #expect(full.errors.contains("is not empty"))
        }
        var bytes = try #require(FileManager.default.contents(atPath: file))
        let place = try #require(bytes.range(of: Data("ref: refs/heads/".utf8)))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: URL(fileURLWithPath: "\(folder)/damaged.tar"))
        let damaged = try nacre("restore", "\(folder)/damaged.tar", "--home", "\(folder)/elsewhere")
        #expect(damaged.status == 3)
        #expect(damaged.errors.contains("the entry repos/app.git/HEAD has another SHA-256"))
        #expect(try nacre("backup", "--verify", "\(folder)/damaged.tar").status == 3)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!names.contains { $0.hasPrefix("elsewhere") })

        // The whole one is good for an empty folder.
        try FileManager.default.createDirectory(atPath: "\(folder)/elsewhere", withIntermediateDirectories: true)
        #expect(try nacre("restore", file, "--home", "\(folder)/elsewhere").status == 0)
        // Who did what goes along, and the chain holds.
        let audit = try Program.run(
            Program.product("nacre"),
            ["audit", "verify"],
            environment: Program.path.merging(["NACRE_HOME": "\(folder)/elsewhere"]) { $1 }
        )
        #expect(audit.status == 0, "\(audit)")
    }

    @Test("46: a service's own empty folder is filled in its place; what a killed restore has left goes")
    func service() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            #expect(try daemon.nacre("backup", file, "--without-secrets").status == 0)
        }
        // As /var/lib is: not its user's to write to.
        let parent = "\(folder)/lib"
        let home = "\(parent)/nacre"
        let left = ["\(home)/.restoring-1", "\(home).restoring-2"]
        for path in left { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        let isRoot = geteuid() == 0
        if isRoot {
            for path in [home, left[0], file] {
                try FileManager.default.setAttributes(
                    [.ownerAccountID: 65_534, .groupOwnerAccountID: 65_534],
                    ofItemAtPath: path
                )
            }
            try FileManager.default.removeItem(atPath: left[1])
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: parent)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: parent) }
        let user = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let command = (isRoot ? user : ["/usr/bin/env"]) + [Program.product("nacre"), "restore", file, "--home", home]
        let result = try Program.run(command[0], Array(command.dropFirst()), environment: Program.path, in: "/")
        #expect(result.status == 0, "\(result)")
        let names = try FileManager.default.contentsOfDirectory(atPath: home)
        #expect(names.contains("nacre.db") && !names.contains { $0.hasPrefix(".restoring-") }, "\(names)")
    }

    @Test("46: a home without a daemon is backed up to a pipe; one without a journal is refused")
    func withoutDaemon() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            try daemon.stop()
            let script = "'\(Program.product("nacre"))' backup - | cat > '\(file)'"
            let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            #expect(try Program.run("sh", ["-c", script], environment: environment).status == 0)
            #expect(try nacre("backup", "--verify", file).status == 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: daemon.home)
            #expect(!names.contains { $0.hasPrefix("backup-") })
        }
        let nothing = try nacre("backup", "x.tar", "--home", "\(folder)/nothing")
        #expect(nothing.status == 1)
        #expect(nothing.errors.contains("has no nacre.db"))
    }
}
