// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("26: ends that a number does not explain", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault26EndsInWordsTests {
    /// A command and what the build says of its end.
    struct End: Sendable, CustomTestStringConvertible {
        let command: String
        let code: Int
        let words: String

        var testDescription: String { command }
    }

    private static let ends = [
        End(
            command: "kill -KILL $$",
            code: 137,
            words: "The command was killed by signal 9 (SIGKILL): often because the machine is out of memory"
        ),
        End(command: "kill -SEGV $$", code: 139, words: "The command was killed by signal 11 (SIGSEGV)"),
        End(
            command: "python3 -c 'import ctypes; ctypes.string_at(0)'",
            code: 139,
            words: "Exit status 139 tells of a command killed by signal 11 (SIGSEGV)"
        ),
        End(
            command: "sh -c 'kill -PIPE $$'",
            code: 141,
            words: "Exit status 141 tells of a command killed by signal 13 (SIGPIPE)"
        ),
        End(
            command: "exit 137",
            code: 137,
            words: "Exit status 137 tells of a command killed by signal 9 (SIGKILL): "
                + "often because the machine is out of memory"
        ),
        End(
            command: "sh -c 'kill -ABRT $$'",
            code: 134,
            words: "Exit status 134 tells of a command killed by signal 6 (SIGABRT)"
        ),
    ]

    @Test("26: a signal is named in words, in the log and as the build's reason", arguments: ends)
    func signal(_ end: End) throws {
        try DaemonFixture.run { daemon in
            try FaultBuild.push(daemon, FaultBuild.buildspec(end.command))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            #expect(build.statusReason == end.words)
            #expect(build.log.contains(" \(end.words)\n"))
            let message = build.phase("BUILD")?.contexts?.first?.message ?? ""
            #expect(message.hasSuffix("Reason: exit status \(end.code)"), "\(message)")
            #expect(try daemon.nacre("show", "app#1").output.contains(end.words))
        }
    }

    @Test(
        "26: a command that the kernel kills for its memory says so, and names the limit",
        .enabled(if: FaultLimits.areThere, "control groups cannot be made here: not root")
    )
    func outOfMemory() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.nacre("repo", "set", "app", "--memory", "64M").status == 0)
            try FaultBuild.push(git, FaultBuild.buildspec("exec dd if=/dev/zero of=/dev/null bs=300M count=1"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            #expect(build.statusReason == "The command was killed by signal 9 (SIGKILL): out of memory, limit 64 MiB")
        }
    }
}
