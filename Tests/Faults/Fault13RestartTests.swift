// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("13: the daemon restarts while a build runs", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault13RestartTests {
    @Test(
        "13: a daemon restarted at every stage of a build adopts it, and its log has no gap",
        arguments: [SIGTERM, SIGKILL]
    )
    func everyStage(signal: Int32) throws {
        try DaemonFixture.run { daemon in
            let names = ["install", "pre", "build", "finally", "post", "upload"]
            let gates = names.map { Gate($0) }
            // Writes on in the background, so that there is output at every instant of a restart.
            let ticker = """
                (i=0; until [ -e '\(FaultBuild.file("quiet"))' ]; do i=$((i + 1)); echo "tick $i"; sleep 0.005; done
                echo "$i" > '\(FaultBuild.file("last.new"))'
                mv '\(FaultBuild.file("last.new"))' '\(FaultBuild.file("last"))') &
                """
            let text =
                "version: 0.2\nphases:\n" + FaultBuild.phase("install", [ticker, gates[0].command])
                + FaultBuild.phase("pre_build", ["echo once >> '\(FaultBuild.file("once"))'", gates[1].command])
                + FaultBuild.phase("build", [gates[2].command], finally: [gates[3].command])
                + FaultBuild.phase("post_build", [gates[4].command, "echo made > out.txt"])
                + "artifacts:\n  files: [out.txt]\n  name: '$(\(Self.inline(gates[5])))'\n"
            try FaultBuild.push(daemon, text)
            var follower: BackgroundProgram?
            for (index, gate) in gates.enumerated() {
                try gate.waitUntilReached()
                if index == 1 {
                    follower = try BackgroundProgram(
                        Program.product("nacre"),
                        ["logs", "-f", "app#1"],
                        environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
                        name: "follower"
                    )
                    try eventually("the follower follows") { follower?.output.contains("tick 1\n") ?? false }
                }
                #expect(try daemon.stop(signal) == (signal == SIGTERM ? 0 : 128 + signal))
                if let gone = follower {
                    // It says that its daemon has gone, and what it wrote until then is the log's beginning.
                    #expect(try gone.wait() == 9)
                    follower = nil
                }
                // Half of the stages go on while nobody looks.
                if index % 2 == 0, index < 4 {
                    gate.open()
                    try gates[index + 1].waitUntilReached()
                }
                try daemon.start()
                let build = try daemon.build("app#1")
                #expect(build.buildStatus == "IN_PROGRESS" && !build.buildComplete, "\(names[index])")
                if index == 3 {
                    _ = FileManager.default.createFile(atPath: FaultBuild.file("quiet"), contents: nil)
                    _ = try FaultBuild.number("last")
                }
                gate.open()
            }
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED", "\(build)")
            #expect(FaultBuild.text("once") == "once\n")
            let ticks = build.log.split(separator: "\n").filter { $0.hasPrefix("tick ") }
            let last = Int(try FaultBuild.number("last"))
            #expect(ticks.map(String.init) == (1...last).map { "tick \($0)" })
            let seen = FaultBuild.text("follower.out")
            #expect(!seen.isEmpty && build.log.hasPrefix(seen))
            #expect(try daemon.nacre("logs", "app#1").output == build.log)
            #expect(try daemon.nacre("artifacts", "cat", "app#1", "out.txt").output == "made\n")
            #expect(try daemon.builds().count == 1)
        }
    }

    /// A gate as it goes between `$(` and `)` of one YAML line in single quotes; it prints a name.
    private static func inline(_ gate: Gate) -> String {
        let command = gate.command.replacing("\n", with: "; ").replacing("'", with: "")
        return "\(command); echo named"
    }

    @Test(
        "13: a build that ended while no daemon ran is collected, its exit status and its artifacts",
        arguments: [0, 7]
    )
    func collected(code: Int) throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            try FaultBuild.push(
                daemon,
                FaultBuild.buildspec(gate.command, "echo made > out.txt; exit \(code)", artifacts: "out.txt")
            )
            try gate.waitUntilReached()
            let folder = FaultBuild.folder(daemon, try daemon.build("app#1"))
            try daemon.stop(SIGKILL)
            gate.open()
            try eventually("the build has ended") { FileManager.default.fileExists(atPath: "\(folder)/result.json") }
            try daemon.start()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == (code == 0 ? "SUCCEEDED" : "FAILED"))
            if code != 0 {
                #expect(build.phase("BUILD")?.contexts?.first?.message.hasSuffix("Reason: exit status 7") ?? false)
            }
            // POST_BUILD and the upload follow a failed BUILD, too.
            #expect(try daemon.nacre("artifacts", "cat", "app#1", "out.txt").output == "made\n")
            #expect(try daemon.nacre("watch", "app#1").status == (code == 0 ? 0 : 1))
        }
    }

    @Test("13: a daemon killed while builds begin loses none and runs none twice")
    func beginning() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let runs = FaultBuild.file("runs")
            let delays: [UInt32] = [0, 1000, 3000, 8000, 20_000]
            for (index, delay) in delays.enumerated() {
                try FaultBuild.push(git, FaultBuild.buildspec("echo \(index) >> '\(runs)'"))
                // Wherever folder, checkout and supervisor happen to be.
                usleep(delay)
                try daemon.stop(SIGKILL)
                try daemon.start()
            }
            for index in delays.indices {
                #expect(try daemon.finished("app#\(index + 1)").buildStatus == "SUCCEEDED")
            }
            let lines = FaultBuild.text("runs").split(separator: "\n").sorted()
            #expect(lines == delays.indices.map { "\($0)" })
        }
    }
}
