// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 6: the kernel's limits of watching", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault06WatchLimitsTests {
    /// How many events the kernel keeps for one who does not read them.
    private static let queueLength: Int = {
        let text = try? String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        return text.flatMap { Int($0.dropLast()) } ?? .max
    }()

    /// Starts the daemon in a user namespace of its own, where the kernel's limits can be lower than the machine's.
    private static func launcher(_ limit: String, _ value: Int) -> [String] {
        let script = "echo \(value) > /proc/sys/user/\(limit) && exec \"$@\""
        return ["/usr/bin/unshare", "--user", "--map-root-user", "/bin/sh", "-c", script, "sh"]
    }

    private static let canLimit: Bool = {
        let words = launcher("max_inotify_watches", 8)
        let result = try? Program.run(words[0], Array(words.dropFirst()) + ["true"], environment: Program.path)
        return result?.status == 0
    }()

    /// A bare repository, watched without a hook.
    private func add(_ name: String, _ daemon: DaemonFixture) throws -> GitFixture {
        let folder = "\(ScratchDirectory.path)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let git = try GitFixture(in: folder)
        try git.write("buildspec.yml", IngestFixture.buildspec("true"))
        try git.commit()
        try IngestFixture.nacre(daemon, ["repo", "add", git.bare, "--name", name, "--no-hooks"])
        return git
    }

    /// A counter of the daemon's.
    private func number(_ name: String, _ daemon: DaemonFixture) throws -> Int {
        let lines = try IngestFixture.nacre(daemon, ["metrics"]).output.split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(name + " ") }, "\(lines)")
        return try #require(Int(line.dropFirst(name.utf8.count + 1)))
    }

    @Test(
        "6: a log is followed to its end where the kernel gives no instance for watching it",
        .enabled(if: canLimit, "user namespaces cannot be made here")
    )
    func follow() throws {
        try DaemonFixture.run(launcher: Self.launcher("max_inotify_instances", 0)) { daemon in
            let gate = Gate()
            let buildspec = IngestFixture.buildspec("echo has begun", gate.command, "echo goes on")
            let git = try IngestFixture.repository(daemon, buildspec: buildspec)
            let push = try BackgroundProgram(
                "/usr/bin/git",
                ["-C", git.work, "push", "-o", "nacre.wait", "origin", "HEAD:main"],
                environment: GitFixture.environment,
                name: "push"
            )
            try gate.waitUntilReached()
            let reader = try BackgroundProgram(
                Program.product("nacre"),
                ["logs", "-f", "app#1"],
                environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
                name: "logs"
            )
            try eventually("both read what is there") {
                push.errors.contains("has begun") && reader.output.contains("has begun")
            }
            gate.open()
            #expect(try push.wait() == 0)
            #expect(push.errors.contains("goes on") && push.errors.contains("app#1 SUCCEEDED"), "\(push.errors)")
            _ = try reader.wait()
            #expect(reader.output.contains("goes on"), "\(reader.output)")
        }
    }

    @Test(
        "6: after more events than the kernel keeps all repositories are read again, and nothing is lost",
        .enabled(if: queueLength <= 100_000, "the kernel's queue is too long to be filled in a test")
    )
    func overflow() throws {
        try DaemonFixture.run { daemon in
            let git = try add("app", daemon)
            let other = try add("other", daemon)
            let pid = try #require(daemon.pid)
            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            // Each is created, written and closed, and removed: three events that are no push. Twice what is needed, as the
            // daemon stops a moment after it was told to.
            for index in 0...(Self.queueLength * 2 / 3) {
                let path = "\(git.bare)/refs/heads/x\(index).lock"
                let file = unsafe creat(path, 0o600)
                try #require(file >= 0)
                close(file)
                unsafe unlink(path)
            }
            // The queue is full: of these the daemon is told nothing.
            #expect(try other.push("HEAD:main").status == 0)
            #expect(try git.push("HEAD:model").status == 0)
            kill(pid, SIGCONT)
            #expect(try daemon.finished("other#1").sourceVersion == "main")
            #expect(try daemon.finished("app#1").sourceVersion == "model")
            #expect(daemon.log.contains("Watch events were lost"), "\(daemon.log)")
            #expect(try number("nacre_watch_overflows_total", daemon) >= 1)
            // And it watches as before.
            #expect(try git.push("HEAD:main").status == 0)
            #expect(try daemon.finished("app#2").sourceVersion == "main")
            #expect(try daemon.builds().count == 3)
        }
    }

    @Test(
        "6: repositories beyond the limit of watches or instances are polled, and said to be",
        .enabled(if: canLimit, "user namespaces cannot be made here"),
        arguments: [("max_inotify_watches", 5), ("max_inotify_instances", 0)]
    )
    func limit(name: String, value: Int) throws {
        try DaemonFixture.run(launcher: Self.launcher(name, value)) { daemon in
            let git = try add("app", daemon)
            let other = try add("other", daemon)
            #expect(daemon.log.contains("Repository is polled, as it cannot be watched"), "\(daemon.log)")
            #expect(try number("nacre_watch_failures_total", daemon) >= 1)
            #expect(try other.push("HEAD:main").status == 0)
            #expect(try git.push("HEAD:main").status == 0)
            #expect(try daemon.finished("other#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.builds().count == 2)
        }
    }
}
