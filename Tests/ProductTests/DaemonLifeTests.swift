// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The daemon's life", .scratchDirectory, .timeLimit(.minutes(40)))
struct DaemonLifeTests {
    /// Pushes a buildspec to `main` of a new repository.
    private func push(_ daemon: DaemonFixture, _ buildspec: String) throws -> GitFixture {
        let git = try daemon.createRepository()
        try git.write("buildspec.yml", buildspec)
        try git.commit()
        let result = try git.push("HEAD:main")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return git
    }

    @Test("waiting builds are begun by the next daemon, each once")
    func queued() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let git = try push(daemon, BuildspecText.commands(gate.command))
            try gate.waitUntilReached()
            #expect(try git.push("HEAD:model").status == 0)
            try daemon.stop(SIGKILL)
            try daemon.start()
            #expect(try daemon.builds().map(\.currentPhase) == ["QUEUED", "BUILD"])
            gate.open()
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
            #expect(try daemon.builds().map(\.buildStatus) == ["SUCCEEDED", "SUCCEEDED"])
        }
    }

    @Test("with one slot the others wait, and say for what")
    func queue() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let git = try push(daemon, BuildspecText.commands(gate.command))
            try gate.waitUntilReached()
            #expect(try git.push("HEAD:model").status == 0)
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            let builds = try daemon.builds()
            #expect(builds.map(\.currentPhase) == ["QUEUED", "QUEUED", "BUILD"])
            let reason = "waits for a free slot: the only slot is taken by app#1; "
            #expect(builds.map(\.statusReason) == ["\(reason)1 build is ahead of it", "\(reason)it is next", nil])
            #expect(try daemon.build("app#2").statusReason == "\(reason)it is next")
            #expect(try daemon.nacre("list").output.contains("the only slot is taken by app#1"))
            #expect(try daemon.nacre("stop", "app#2").errors == "nacre: app#2 is stopped\n")
            let stopped = try daemon.build("app#2")
            #expect(stopped.buildStatus == "STOPPED" && stopped.statusReason?.hasPrefix("stopped by ") ?? false)
            #expect(try daemon.builds().first?.statusReason == "\(reason)it is next")
            gate.open()
            #expect(try daemon.finished("app#3").buildStatus == "SUCCEEDED")
            #expect(try daemon.build("app#2").buildStatus == "STOPPED")
            #expect(try daemon.nacre("stop", "app#3").status == 1)
        }
    }
}
