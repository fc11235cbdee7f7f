// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 2: pushes without a daemon", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault02DaemonDownTests {
    @Test(
        "2: with the daemon down a push succeeds with one warning, and is built after the start",
        arguments: [SIGTERM, SIGKILL]
    )
    func down(signal: Int32) throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            // Killed, it leaves a socket where nobody listens.
            try daemon.stop(signal)
            #expect(FileManager.default.fileExists(atPath: "\(daemon.home)/control.sock") == (signal == SIGKILL))
            let result = try git.push("HEAD:main", options: ["nacre.wait"])
            #expect(result.status == 0)
            #expect(result.errors.components(separatedBy: "remote: nacre:").count == 2, "\(result)")
            let first = try git.git("rev-parse", "HEAD")
            let second = try git.commit("second")
            #expect(try git.push("HEAD:main", "\(first):refs/heads/model").status == 0)
            try daemon.start()
            let expected = ["app#1 main SUCCEEDED", "app#2 model SUCCEEDED"]
            #expect(try IngestFixture.results(daemon, count: 2) == expected)
            #expect(try daemon.builds().reversed().map(\.resolvedSourceVersion) == [second, first])
            try daemon.stop()
            try daemon.start()
            #expect(try daemon.builds().count == 2)
        }
    }

    @Test("2: a daemon that hangs keeps the pusher only for a moment, and builds the push when it is back")
    func hanging() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            let pid = try #require(daemon.pid)
            kill(pid, SIGSTOP)
            let result = try git.push("HEAD:main")
            kill(pid, SIGCONT)
            #expect(result.status == 0)
            #expect(result.errors.contains("the daemon does not answer"), "\(result)")
            // The hook's message is read late, the watcher's event too: it is one build all the same.
            #expect(try git.push("HEAD:refs/heads/model", options: ["nacre.wait"]).status == 0)
            let expected = ["app#1 main SUCCEEDED", "app#2 model SUCCEEDED"]
            #expect(try IngestFixture.results(daemon, count: 2) == expected)
        }
    }
}
