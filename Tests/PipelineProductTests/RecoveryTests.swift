// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Executions: a daemon that is killed", .scratchDirectory, .timeLimit(.minutes(40)))
struct RecoveryTests {
    @Test("kill -9 again and again loses no push, starts none twice, and runs no action twice")
    func killed() throws {
        try DaemonFixture.run { daemon in
            let runs = "\(ScratchDirectory.path)/runs"
            let git = try daemon.createRepository()
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Source", [Definition.source(), Definition.source("Model", branch: "model")]),
                        ("Build", [Definition.commands("Work", ["cat src/number >> '\(runs)'"])]),
                    ],
                    more: ["executionMode": "QUEUED", "pipelineType": "V2"]
                )
            )
            try git.write("src/number", "0\n")
            try git.commit("both")
            try git.push("HEAD:refs/heads/model", options: ["nacre.skip"])
            for number in 1...5 {
                try git.write("src/number", "\(number)\n")
                try git.commit("number \(number)")
                try git.push("HEAD:main")
                // Wherever the execution happens to be.
                usleep(UInt32(number) * 40_000)
                try daemon.stop(SIGKILL)
                try daemon.start()
            }
            let last = try daemon.over("line/5")
            #expect(last.status == "Succeeded")
            #expect(last.revision("Source") == (try git.git("rev-parse", "HEAD")))
            for number in 1...4 { #expect(try daemon.over("line/\(number)").status == "Succeeded") }
            #expect(try daemon.nacre("show", "line/6").status == 5)
            let text = try String(contentsOfFile: runs, encoding: .utf8)
            #expect(text == "1\n2\n3\n4\n5\n")
        }
    }
}
