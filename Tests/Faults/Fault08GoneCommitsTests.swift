// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 8: commits that are gone", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault08GoneCommitsTests {
    /// What becomes of a branch whose build waits.
    enum Fate: String, CaseIterable {
        case deleted
        case forcePushed
        case objectLost
    }

    @Test(
        "8: a build whose commit is gone when it starts fails with that reason, and the others go on",
        arguments: Fate.allCases
    )
    func gone(fate: Fate) throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let git = try IngestFixture.repository(daemon, buildspec: IngestFixture.buildspec(gate.command))
            #expect(try git.push("HEAD:main").status == 0)
            try gate.waitUntilReached()
            let commit = try git.commit("soon gone")
            #expect(try git.push("HEAD:refs/heads/model").status == 0)
            switch fate {
            case .deleted:
                #expect(try git.push(":refs/heads/model").status == 0)
                try git.gitInBare("gc", "-q", "--prune=now")
            case .forcePushed:
                try git.git("commit", "-q", "--amend", "--allow-empty", "-m", "instead")
                #expect(try git.push("+HEAD:refs/heads/model").status == 0)
                try git.gitInBare("gc", "-q", "--prune=now")
            case .objectLost:
                let object = "\(git.bare)/objects/\(commit.prefix(2))/\(commit.dropFirst(2))"
                try FileManager.default.removeItem(atPath: object)
            }
            gate.open()
            let build = try daemon.finished("app#2")
            #expect(build.buildStatus == "FAILED")
            #expect(build.resolvedSourceVersion == commit)
            let message = build.phase("DOWNLOAD_SOURCE")?.contexts?.first?.message ?? ""
            #expect(message.contains("commit \(commit) of refs/heads/model cannot be checked out"), "\(message)")
            let reason =
                switch fate {
                case .deleted: "refs/heads/model has been deleted since"
                case .forcePushed: "refs/heads/model points to \(try git.git("rev-parse", "HEAD")) now"
                case .objectLost: "though refs/heads/model points to it"
                }
            #expect(message.contains(reason), "\(message)")
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            if fate == .forcePushed { #expect(try daemon.finished("app#3").buildStatus == "SUCCEEDED") }
            // The daemon is as before; who has lost an object of git's cannot be pushed to.
            if fate == .objectLost { return }
            #expect(try git.push("HEAD:refs/heads/main", options: ["nacre.wait"]).errors.contains(" SUCCEEDED"))
        }
    }

    @Test("8: a branch that is deleted or moved on while its commit is still there is built as it was pushed")
    func stillThere() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let git = try IngestFixture.repository(daemon, buildspec: IngestFixture.buildspec(gate.command))
            #expect(try git.push("HEAD:main").status == 0)
            try gate.waitUntilReached()
            let commit = try git.commit("second")
            #expect(try git.push("HEAD:refs/heads/model").status == 0)
            #expect(try git.push(":refs/heads/model").status == 0)
            gate.open()
            let build = try daemon.finished("app#2")
            #expect(build.buildStatus == "SUCCEEDED" && build.resolvedSourceVersion == commit)
            #expect(try daemon.builds().count == 2)
        }
    }
}
