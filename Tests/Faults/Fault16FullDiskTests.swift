// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite(
    "Fault 16: a full disk",
    .scratchDirectory,
    .enabled(if: SmallDisk.isPossible, "file systems cannot be mounted here: not root"),
    .timeLimit(.minutes(40))
)
struct Fault16FullDiskTests {
    private static let good = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo good\n"

    /// A daemon whose home is a disk of its own, and a repository elsewhere.
    private func run(megabytes: Int = 24, _ body: (DaemonFixture, SmallDisk, GitFixture) throws -> Void) throws {
        let folder = ScratchDirectory.path
        try SmallDisk.mounted(at: "\(folder)/home", megabytes: megabytes) { disk in
            try DaemonFixture.run(in: folder) { daemon in
                let bare = "\(folder)/app.git"
                let made = try Program.run(
                    "git",
                    ["init", "-q", "--bare", bare],
                    environment: Program.path,
                    in: folder
                )
                #expect(made.status == 0, "\(made)")
                let added = try daemon.nacre("repo", "add", bare, "--name", "app", "--branches", "main")
                #expect(added.status == 0, "\(added)")
                try body(daemon, disk, GitFixture(in: "\(folder)/work", pushingTo: bare))
            }
        }
    }

    private func push(_ command: String, to git: GitFixture, more: String = "") throws {
        try git.write(
            "buildspec.yml",
            "version: 0.2\nphases:\n  build:\n    commands:\n      - |\n"
                + command.split(separator: "\n").map { "        \($0)\n" }.joined() + more
        )
        _ = try git.commit()
        _ = try git.push()
    }

    /// That the daemon has stayed, and builds again.
    private func expectRecovery(_ daemon: DaemonFixture, _ git: GitFixture) throws {
        let pid = daemon.pid
        #expect(try daemon.nacre("list").status == 0)
        let count = try daemon.builds().count
        try push("echo good again \(UUID().uuidString)", to: git)
        try eventually("the next build is there; \(daemon.log)") { try daemon.builds().count > count }
        let next = try daemon.finished()
        #expect(next.buildStatus == "SUCCEEDED", "\(next) \(daemon.log)")
        #expect(daemon.pid == pid)
    }

    @Test("16: a repository that cannot be forgotten is watched as before, and one that cannot be added has no hook")
    func repositories() throws {
        try run { daemon, disk, git in
            let other = "\(ScratchDirectory.path)/other.git"
            let made = try Program.run(
                "git",
                ["init", "-q", "--bare", other],
                environment: Program.path,
                in: ScratchDirectory.path
            )
            #expect(made.status == 0)
            let hook = "hooks/post-receive"
            // The reserve is given away for the first that fails.
            var failed = false
            for _ in 0..<50 where !failed {
                disk.fill()
                failed = try daemon.nacre("repo", "add", other, "--name", "other").status != 0
                if !failed { #expect(try daemon.nacre("repo", "remove", "other").status == 0) }
            }
            #expect(failed)
            #expect(!FileManager.default.fileExists(atPath: "\(other)/\(hook)"))
            disk.fill()
            #expect(try daemon.nacre("repo", "remove", "app").status != 0)
            #expect(FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/app.git/\(hook)"))
            disk.empty()
            try expectRecovery(daemon, git)
        }
    }

    @Test("16: a disk that fills up while a build logs ends the build, and the next one runs")
    func logging() throws {
        try run { daemon, _, git in
            try push("head -c 40000000 /dev/zero | tr '\\0' 'x' | fold -w 100; echo the end", to: git)
            let build = try daemon.finished()
            #expect(build.buildStatus != "SUCCEEDED", "\(build)")
            try expectRecovery(daemon, git)
        }
    }

    @Test("16: a disk that fills up while an artifact is written ends the build, which says so")
    func artifact() throws {
        try run { daemon, _, git in
            try push(
                "head -c 13000000 /dev/urandom > model.bin",
                to: git,
                more: "artifacts:\n  files:\n    - model.bin\n"
            )
            let build = try daemon.finished()
            #expect(["FAILED", "FAULT"].contains(build.buildStatus), "\(build)")
            let shown = try daemon.nacre("show", "latest").output
            #expect(shown.lowercased().contains("no space left"), "\(shown)")
            try expectRecovery(daemon, git)
        }
    }

    @Test("16: a disk that fills up while a source is unpacked ends the build, which says so")
    func source() throws {
        try run { daemon, _, git in
            let piece = String(repeating: "x", count: 4_000_000)
            for number in 0..<8 { try git.write("data\(number)", "\(number)" + piece) }
            try push("echo never", to: git)
            let build = try daemon.finished()
            #expect(["FAILED", "FAULT"].contains(build.buildStatus), "\(build)")
            let shown = try daemon.nacre("show", "latest").output
            #expect(shown.lowercased().contains("no space left"), "\(shown)")
            for number in 0..<8 {
                try FileManager.default.removeItem(atPath: "\(git.work)/data\(number)")
            }
            try expectRecovery(daemon, git)
        }
    }

    @Test("16: a build that ends while the disk is full is on record when there is space again, and nothing is lost")
    func committing() throws {
        try run { daemon, disk, git in
            let gate = Gate()
            try push(gate.command, to: git)
            try gate.waitUntilReached()
            disk.fill()
            gate.open()
            #expect(try daemon.nacre("list").status == 0)
            // The reserve is given away for it, and taken by somebody else before it helps.
            try eventually("the reserve is given away; \(daemon.log)") {
                !FileManager.default.fileExists(atPath: "\(disk.path)/reserve")
            }
            disk.fill()
            #expect(try daemon.nacre("show", "latest").status == 0)
            disk.empty()
            _ = try daemon.finished()
            try eventually("the reserve is made again; \(daemon.log)") {
                FileManager.default.fileExists(atPath: "\(disk.path)/reserve")
            }
            #expect(daemon.log.contains("Disk is full, the reserve is given away"))
            try expectRecovery(daemon, git)
        }
    }

    @Test("16: a push to a full disk succeeds, and its build follows by itself when there is space again")
    func hook() throws {
        try run { daemon, disk, git in
            try push("echo one", to: git)
            _ = try daemon.finished()
            try FileManager.default.removeItem(atPath: "\(disk.path)/reserve")
            disk.fill()
            try push("echo two", to: git)
            #expect(try daemon.nacre("list").status == 0)
            disk.empty()
            try eventually("the second build has run; \(daemon.log)") {
                try daemon.builds().filter { $0.buildStatus == "SUCCEEDED" }.count == 2
            }
        }
    }

    @Test("16: nacre gc makes room where nothing is free, and says of a log that it is gone")
    func collecting() throws {
        try run { daemon, disk, git in
            for name in ["one", "two"] {
                try push("head -c 3000000 /dev/zero | tr '\\0' '\(name.first ?? "x")' | fold -w 100", to: git)
                _ = try daemon.finished()
            }
            try eventually("both are over; \(daemon.log)") {
                try daemon.builds().filter { $0.buildComplete }.count == 2
            }
            disk.fill()
            let result = try daemon.nacre("gc", "--json")
            #expect([0, 1].contains(result.status), "\(result)")
            try eventually("there is room; \(daemon.log)") { disk.freeBytes > 2_000_000 }
            // The latest success keeps its own.
            #expect(try daemon.nacre("logs", "app#2").output.utf8.count > 3_000_000)
            let gone = try daemon.nacre("logs", "app#1")
            #expect(gone.status == 5)
            #expect(gone.errors.contains("app#1: its log was removed on "), "\(gone)")
            #expect(gone.errors.contains("by retention, as less than `free-space` was free"), "\(gone)")
            #expect(try daemon.nacre("show", "app#1").output.contains("removed by retention") == false)
            #expect(try daemon.nacre("show", "app#1").output.contains("its log and artifacts were removed on "))
        }
    }

    @Test("16: a daemon starts on a full disk by the space of its reserve")
    func starting() throws {
        try run { daemon, disk, git in
            try push("echo one", to: git)
            _ = try daemon.finished()
            try eventually("the reserve is there") { FileManager.default.fileExists(atPath: "\(disk.path)/reserve") }
            try daemon.stop()
            disk.fill()
            try daemon.start()
            #expect(try daemon.nacre("show", "app#1").status == 0)
            disk.empty()
            try expectRecovery(daemon, git)
        }
    }
}
