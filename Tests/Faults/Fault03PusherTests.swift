// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 3: the pusher's pipe", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault03PusherTests {
    /// The ends of pipes that a process has open.
    private func pipes(_ pid: Int32) throws -> Set<String> {
        let folder = "/proc/\(pid)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let targets = names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
        return Set(targets.filter { $0.hasPrefix("pipe:") })
    }

    @Test("3: git push returns while its build runs, and nothing of the build holds the pusher's pipes")
    func returns() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let buildspec = IngestFixture.buildspec("echo $$ > '\(ScratchDirectory.path)/shell'", gate.command)
            let git = try IngestFixture.repository(daemon, buildspec: buildspec)
            // The push has ended when this returns, and its build has not.
            #expect(try git.push("HEAD:main").status == 0)
            try gate.waitUntilReached()
            #expect(try daemon.build("app#1").buildComplete == false)

            // One that follows: what holds its pipes are git's own programs and the hook.
            let follower = try BackgroundProgram(
                "/usr/bin/git",
                ["-C", git.work, "push", "-o", "nacre.wait", "origin", "HEAD:refs/heads/model"],
                environment: GitFixture.environment,
                name: "push"
            )
            try eventually("the second build is there") { try daemon.builds().count == 2 }
            let ours = try pipes(follower.pid)
            let shell = try String(contentsOfFile: "\(ScratchDirectory.path)/shell", encoding: .utf8)
            for pid in [daemon.pid, Int32(shell.dropLast())] {
                #expect(try pipes(#require(pid)).isDisjoint(with: ours))
            }
            gate.open()
            #expect(try follower.wait() == 0)
            #expect(follower.errors.contains("app#2 SUCCEEDED"), "\(follower.errors)")
        }
    }

    @Test("3: a pusher who hangs up does not stop the build", arguments: [SIGINT, SIGKILL])
    func hangUp(signal: Int32) throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let buildspec = IngestFixture.buildspec(gate.command)
            let git = try IngestFixture.repository(daemon, buildspec: buildspec)
            let push = try BackgroundProgram(
                "/usr/bin/git",
                ["-C", git.work, "push", "-o", "nacre.wait", "origin", "HEAD:main"],
                environment: GitFixture.environment,
                name: "push"
            )
            try gate.waitUntilReached()
            push.signal(signal)
            _ = try push.wait()
            gate.open()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }
}
