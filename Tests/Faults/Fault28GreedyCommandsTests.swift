// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("28: commands that take all there is", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault28GreedyCommandsTests {
    /// Asks the daemon for everything while the build is at it.
    private func expectAnswers(_ daemon: DaemonFixture) throws {
        for _ in 0..<3 {
            #expect(try daemon.nacre("list").status == 0)
            #expect(try daemon.build("app#1").currentPhase == "BUILD")
        }
        let other = try daemon.createRepository("other")
        try FaultBuild.push(other, FaultBuild.buildspec("echo beside it"))
        #expect(try daemon.finished("other#1").buildStatus == "SUCCEEDED")
    }

    @Test(
        "28: a fork bomb stays within its limit, and another build runs beside it",
        .enabled(if: FaultLimits.areThere, "control groups cannot be made here: not root")
    )
    func forkBomb() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.nacre("repo", "set", "app", "--pids", "40").status == 0)
            let bomb = """
                echo $$ > '\(FaultBuild.file("shell"))'
                bomb() { while :; do bomb & done; }
                (bomb) > /dev/null 2>&1 &
                until [ -e '\(FaultBuild.file("enough"))' ]; do read -t 1 line; done
                """
            // With bash, whose `read -t` waits without a process.
            try FaultBuild.push(git, FaultBuild.buildspec(bomb, head: "env:\n  shell: bash\n"))
            _ = try FaultBuild.number("shell")
            try expectAnswers(daemon)
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            #expect(try daemon.finished("app#1").buildStatus == "STOPPED")
        }
    }

    @Test(
        "28: a command that forks beyond the limit fails, and the limit is named",
        .enabled(if: FaultLimits.areThere, "control groups cannot be made here: not root")
    )
    func forks() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.nacre("repo", "set", "app", "--pids", "12").status == 0)
            try FaultBuild.push(
                git,
                FaultBuild.buildspec("i=0; while [ $i -lt 30 ]; do sleep 1000 & i=$((i + 1)); done")
            )
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            #expect(build.statusReason == "The command failed: the limit of 12 processes was reached", "\(build)")
        }
    }

    @Test(
        "28: a command that eats memory is ended at its limit, and the daemon answers meanwhile",
        .enabled(if: FaultLimits.areThere, "control groups cannot be made here: not root")
    )
    func memory() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let gate = Gate()
            #expect(try daemon.nacre("repo", "set", "app", "--memory", "48M").status == 0)
            // Full to the brim, but alive, until it is told to go on.
            let eater = """
                python3 - <<'END'
                import os, time
                kept = bytearray(24 << 20)
                open("\(FaultBuild.file("gate.reached"))", "w").close()
                while not os.path.exists("\(FaultBuild.file("gate.open"))"): time.sleep(0.02)
                while True: kept += bytearray(1 << 20)
                END
                """
            try FaultBuild.push(git, FaultBuild.buildspec(eater))
            try gate.waitUntilReached()
            try expectAnswers(daemon)
            gate.open()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            #expect(build.statusReason?.hasSuffix("out of memory, limit 48 MiB") ?? false, "\(build)")
        }
    }

    @Test("28: a command that opens files without end meets its own limit, not the daemon's")
    func files() throws {
        try DaemonFixture.run { daemon in
            let leak = """
                python3 - <<'END'
                import os, time
                kept = []
                try:
                    while True: kept.append(os.open("/dev/null", os.O_RDONLY))
                except OSError as error: print("leaked, then", os.strerror(error.errno), flush=True)
                os.close(kept.pop())
                open("\(FaultBuild.file("gate.reached"))", "w").close()
                while not os.path.exists("\(FaultBuild.file("gate.open"))"): time.sleep(0.02)
                raise SystemExit(9)
                END
                """
            let gate = Gate()
            try FaultBuild.push(daemon, FaultBuild.buildspec("ulimit -n 4096\n\(leak)"))
            try gate.waitUntilReached()
            try expectAnswers(daemon)
            gate.open()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            #expect(build.log.contains("leaked, then Too many open files\n"))
        }
    }
}
