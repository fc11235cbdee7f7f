// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("22: output that is closed early, or held open late", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault22OpenOutputTests {
    @Test("22: a command that closes its output is waited for all the same")
    func closed() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let closing =
                "echo before; exec >&- 2>&-\n\(gate.command)\necho over > '\(FaultBuild.file("over"))'; exit 3"
            try FaultBuild.push(daemon, FaultBuild.buildspec(closing))
            try gate.waitUntilReached()
            #expect(try daemon.build("app#1").currentPhase == "BUILD")
            gate.open()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            #expect(build.phase("BUILD")?.contexts?.first?.message.hasSuffix("Reason: exit status 3") ?? false)
            #expect(FaultBuild.text("over") == "over\n" && build.log.contains("\nbefore\n"))
        }
    }

    @Test("22: a grandchild that holds the output open, or writes without end, does not hold up the build")
    func heldOpen() throws {
        try DaemonFixture.run { daemon in
            let chatter = "(setsid sh -c 'trap \"\" TERM PIPE; while :; do echo noise; done' &)"
            try FaultBuild.push(
                daemon,
                FaultBuild.buildspec("sleep 1000 & echo started", chatter, "echo 'the last word'")
            )
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(build.log.contains("\nstarted\n") && build.log.contains("the last word\n"))
        }
    }

    @Test("22: what was written before the end is in the log, however much waits in the pipe")
    func drained() throws {
        try DaemonFixture.run { daemon in
            // Written by a grandchild in one go, while its parent ends at once.
            let burst = "sleep 1000 & seq 1 20000"
            try FaultBuild.push(daemon, FaultBuild.buildspec(burst, "exec 1>&- 2>&-; exit 0"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            let numbers = build.log.split(separator: "\n").compactMap { Int($0) }
            #expect(numbers == Array(1...20_000))
        }
    }
}
