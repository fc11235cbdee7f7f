// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Refs that move", .scratchDirectory, .timeLimit(.minutes(40)))
struct RefTests {
    /// `PROJECT#NUMBER BRANCH STATUS` of every build, the oldest first, when all are over.
    private func results(_ daemon: DaemonFixture, count: Int) throws -> [String] {
        var builds: [ShownBuild] = []
        try eventually("\(count) builds are over; \(daemon.log)") {
            builds = try daemon.builds()
            return builds.count >= count && builds.allSatisfy(\.buildComplete)
        }
        return builds.reversed().map {
            "\($0.projectName)#\($0.buildNumber) \($0.sourceVersion ?? "") \($0.buildStatus)"
        }
    }

    /// A repository that lies outside the home, with a good buildspec committed in the working tree.
    private func addRepository(_ daemon: DaemonFixture, _ flags: String...) throws -> GitFixture {
        let git = try GitFixture(in: ScratchDirectory.path, bare: "lies here.git")
        try git.write("buildspec.yml", BuildspecText.commands("true"))
        try git.commit()
        let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
        let arguments = ["repo", "add", git.bare, "--name", "app"] + flags
        let result = try Program.run(Program.product("nacre"), arguments, environment: environment)
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return git
    }

    @Test("a repository without hooks is built by the watcher alone")
    func noHooks() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon, "--no-hooks")
            let before = try FileManager.default.contentsOfDirectory(atPath: "\(git.bare)/hooks")
            #expect(!before.contains("post-receive"))
            #expect(try git.push("HEAD:main").errors.contains("nacre:") == false)
            #expect(try results(daemon, count: 1) == ["app#1 main SUCCEEDED"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(git.bare)/hooks") == before)
        }
    }

    @Test("one push of several refs builds the watched branches, and no tag and no other branch")
    func severalRefs() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon)
            let refs = [
                "HEAD:main", "HEAD:model", "HEAD:refs/heads/other", "HEAD:refs/tags/v1", "HEAD:refs/notes/main",
            ]
            let result = try Program.run(
                "git",
                ["-C", git.work, "push", "origin"] + refs,
                environment: GitFixture.environment
            )
            #expect(result.status == 0)
            #expect(result.errors.contains("queued app#1 (main at "))
            #expect(result.errors.contains("app#2 (model at "))
            #expect(try results(daemon, count: 2) == ["app#1 main SUCCEEDED", "app#2 model SUCCEEDED"])
            let quiet = try git.push("HEAD:refs/heads/another", "HEAD:refs/tags/v2")
            #expect(!quiet.errors.contains("nacre"), "\(quiet)")
        }
    }

    @Test("branches are watched by globs")
    func globs() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon, "--branches", "release/*,v[0-9]")
            let refs = [
                "HEAD:main", "HEAD:refs/heads/release/1.0", "HEAD:refs/heads/release/a/b", "HEAD:refs/heads/v7",
            ]
            #expect(
                try Program.run("git", ["-C", git.work, "push", "origin"] + refs, environment: GitFixture.environment)
                    .status == 0
            )
            let expected: Set = ["release/1.0 SUCCEEDED", "v7 SUCCEEDED"]
            #expect(Set(try results(daemon, count: 2).map { String($0.dropFirst("app#1 ".count)) }) == expected)
        }
    }

    @Test("a forced push is built, a deleted branch is not, and when it comes back it is")
    func forcedAndDeleted() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon)
            let variable = "test \"$CODEBUILD_WEBHOOK_PREV_COMMIT\" = \"$OLD\""
            try git.write("buildspec.yml", BuildspecText.commands(variable))
            let old = try git.gitInBare("rev-parse", "main")
            try git.commit()
            let first = try git.git("rev-parse", "HEAD")
            #expect(try git.push("HEAD:main", options: ["nacre.env.OLD=\(old)"]).status == 0)
            try git.git("commit", "-q", "--amend", "-m", "another")
            #expect(try git.push("+HEAD:main", options: ["nacre.env.OLD=\(first)"]).status == 0)
            let deleted = try git.push(":main")
            #expect(
                deleted.status == 0 || deleted.errors.contains("refusing to delete the current branch"),
                "\(deleted)"
            )
            try git.gitInBare("symbolic-ref", "HEAD", "refs/heads/other")
            #expect(try !git.push(":main").errors.contains("queued"))
            let zero = String(repeating: "0", count: 40)
            #expect(try git.push("HEAD:main", options: ["nacre.env.OLD=\(zero)"]).status == 0)
            #expect(
                try results(daemon, count: 3) == [
                    "app#1 main SUCCEEDED", "app#2 main SUCCEEDED", "app#3 main SUCCEEDED",
                ]
            )
        }
    }
}
