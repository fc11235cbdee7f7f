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
            #expect(try other.push("HEAD:main").status == 0)
            #expect(try git.push("HEAD:main").status == 0)
            #expect(try daemon.finished("other#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.builds().count == 2)
        }
    }
}
