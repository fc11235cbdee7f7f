// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("What a build makes of its own folder", .scratchDirectory, .timeLimit(.minutes(40)))
struct HostileBuildFilesTests {
    @Test(
        "the daemon answers while pipes, links and endless files lie in place of a build's files, and takes up its end",
        arguments: ["mkfifo", "ln -s /dev/zero", "truncate -s 1T"]
    )
    func answers(command: String) throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let names = ["request.json", "events.jsonl", "result.json", "debug.json", "usage", "reports"]
            // An endless log would be shown to its end.
            let all = command.hasPrefix("truncate") ? names : names + ["log"]
            let plant =
                "cd \"$CODEBUILD_SRC_DIR/../..\"; for i in \(all.joined(separator: " ")); do rm -rf $i; \(command) $i; done"
            try FaultBuild.push(daemon, "version: 0.2\nphases:\n" + FaultBuild.phase("build", [plant, gate.command]))
            try gate.waitUntilReached()
            for arguments in [["list"], ["show", "app#1"], ["logs", "app#1"], ["reports", "app#1"]] {
                _ = try daemon.nacre(arguments[0], arguments.dropFirst().first ?? "--json")
            }
            gate.open()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.nacre("show", "app#1").status == 0)
        }
    }

    @Test("a command that puts a pipe where its variables are saved can be stopped, and holds up nobody")
    func pipeForVariables() throws {
        try DaemonFixture.run { daemon in
            let plant = "mkfifo \"$(dirname \"$0\")/env.new\"; exit 0"
            let text = "version: 0.2\nphases:\n" + FaultBuild.phase("build", [plant, "echo next"])
            try FaultBuild.push(daemon, text)
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.nacre("logs", "app#1").output.contains("\nnext\n"))
        }
    }
}
