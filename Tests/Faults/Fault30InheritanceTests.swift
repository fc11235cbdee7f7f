// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("30: what the daemon has is not the builds'", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault30InheritanceTests {
    private static let planted = [
        "SECRET": "hush-hush", "NOTIFY_SOCKET": "/run/hush-hush", "LISTEN_FDS": "hush-hush",
        "AWS_SECRET_ACCESS_KEY": "hush-hush", "SSH_AUTH_SOCK": "/tmp/hush-hush", "LD_LIBRARY_PATH": "/hush-hush",
        "BASH_ENV": "/hush-hush", "ENV": "/hush-hush", "GIT_DIR": "/hush-hush", "WATCHDOG_USEC": "hush-hush",
        "LC_SPECIAL": "passed", "NACRE_HOME": "/nowhere",
    ]

    /// Tells of the command's own environment and descriptors, and of its parent's.
    private static let look = """
        env
        ls -l /proc/self/fd | sed -n 's/.* \\([0-9]* -> .*\\)/own \\1/p'
        ls -l /proc/$PPID/fd | sed -n 's/.* \\([0-9]* -> .*\\)/parent \\1/p'
        tr '\\0' '\\n' < /proc/$PPID/environ | sed 's/^/parent variable /'
        tr '\\0' ' ' < /proc/$PPID/cmdline | sed 's/^/parent words /'; echo
        sed -n 's/^SigIgn:/ignored/p; s/^SigBlk:/blocked/p' /proc/self/status
        """

    @Test("30: neither its environment, nor its descriptors, nor its signals reach a command")
    func command() throws {
        try DaemonFixture.run(environment: Self.planted) { daemon in
            try FaultBuild.push(daemon, FaultBuild.buildspec(Self.look))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(!build.log.contains("hush-hush"), "\(build.log)")
            let lines = build.log.split(separator: "\n")
            let names = lines.compactMap { $0.split(separator: "=").first }
            #expect(names.contains("CODEBUILD_BUILD_ID") && names.contains("LC_SPECIAL") && names.contains("HOME"))
            #expect(!names.contains { $0 == "NOTIFY_SOCKET" || $0.hasPrefix("NACRE") || $0.hasPrefix("LISTEN") })
            let own = lines.filter { $0.hasPrefix("own ") }
            // The last one is the folder that `ls` itself reads.
            #expect(own.count == 4 && own.first == "own 0 -> /dev/null", "\(own)")
            #expect(own.dropFirst().prefix(2).allSatisfy { $0.contains("pipe:") }, "\(own)")
            // The supervisor has its build's files, pipes and pidfds: nothing of the home's.
            let parent = lines.filter { $0.hasPrefix("parent ") && $0.contains(" -> ") }
            #expect(!parent.isEmpty)
            #expect(
                !parent.contains { $0.contains("nacre.db") || $0.contains(".sock") || $0.contains("secrets") },
                "\(parent)"
            )
            // Of the two that glibc keeps for itself nothing is said.
            let signals = lines.filter { $0.hasPrefix("ignored\t") || $0.hasPrefix("blocked\t") }
            let numbers = signals.compactMap { UInt64($0.dropFirst(8), radix: 16) }.map { $0 & 0x7FFF_FFFF }
            #expect(numbers == [0, 0], "\(signals)")
        }
    }

    @Test("30: how many files the daemon may open is its own affair: a command may open as many as its user")
    func fileLimit() throws {
        try DaemonFixture.run { daemon in
            try daemon.stop()
            let other = try BackgroundProgram(
                "/bin/sh",
                ["-c", "ulimit -Sn 333; exec \"$0\" daemon --home home --jobs 1", Program.product("nacre")],
                environment: Program.path,
                in: ScratchDirectory.path,
                name: "other"
            )
            try eventually("it is ready; \(other.errors)") { other.errors.contains("Daemon is ready") }
            let limits = try String(contentsOfFile: "/proc/\(other.pid)/limits", encoding: .utf8)
            #expect(!limits.contains("Max open files            333 "))
            try FaultBuild.push(daemon, FaultBuild.buildspec("echo \"files $(ulimit -Sn)\""))
            #expect(try daemon.finished("app#1").log.contains("\nfiles 333\n"))
            other.signal(SIGTERM)
            #expect(try other.wait() == 0)
        }
    }

    @Test("30: a descriptor that the daemon itself has been given stays with it")
    func givenDescriptors() throws {
        try DaemonFixture.run { daemon in
            try daemon.stop()
            try "hush-hush\n".write(toFile: FaultBuild.file("hush-hush"), atomically: true, encoding: .utf8)
            let start =
                "exec 3< hush-hush 7< hush-hush 9<> hush-hush; exec \"$0\" daemon --home home --jobs 1"
            let other = try BackgroundProgram(
                "/bin/sh",
                ["-c", start, Program.product("nacre")],
                environment: Program.path.merging(Self.planted) { $1 },
                in: ScratchDirectory.path,
                name: "other"
            )
            try eventually("it is ready; \(other.errors)") { other.errors.contains("Daemon is ready") }
            let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(other.pid)/fd").filter {
                let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(other.pid)/fd/\($0)")
                return path?.hasSuffix("/hush-hush") ?? false
            }
            #expect(!held.isEmpty, "the test has planted nothing")
            try FaultBuild.push(daemon, FaultBuild.buildspec(Self.look))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(!build.log.contains("hush-hush"), "\(build.log)")
            other.signal(SIGTERM)
            #expect(try other.wait() == 0)
        }
    }
}
