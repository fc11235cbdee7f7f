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

    @Test("4: a push seen by the hook and by the watcher is one build")
    func once() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon)
            let commit = try git.git("rev-parse", "HEAD")
            #expect(try git.push("HEAD:main", options: ["nacre.wait"]).errors.contains("app#1 SUCCEEDED"))
            // Only the watcher can see this one; when it has, it has also seen the push.
            try git.gitInBare("update-ref", "refs/heads/model", commit)
            #expect(try results(daemon, count: 2) == ["app#1 main SUCCEEDED", "app#2 model SUCCEEDED"])
            try daemon.stop()
            try daemon.start()
            #expect(try daemon.builds().count == 2)
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

    @Test("5: pack-refs and gc make no build, and lose none")
    func packing() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon, "--no-hooks", "--branches", "**")
            #expect(try git.push("HEAD:main", "HEAD:refs/heads/a", "HEAD:refs/heads/b").status == 0)
            _ = try results(daemon, count: 3)
            try git.gitInBare("pack-refs", "--all", "--prune")
            try git.gitInBare("gc", "-q", "--prune=now")
            let commit = try git.commit("after gc")
            #expect(try git.push("HEAD:refs/heads/a").status == 0)
            #expect(try results(daemon, count: 4).last == "app#4 a SUCCEEDED")
            #expect(try daemon.build().resolvedSourceVersion == commit)
            try daemon.stop()
            try git.gitInBare("pack-refs", "--all", "--prune")
            try daemon.start()
            #expect(try daemon.builds().count == 4)
        }
    }

    @Test("7: fifty pushes in quick succession are all recorded in order")
    func manyPushes() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon)
            var commits: [String] = []
            let tree = try git.git("rev-parse", "HEAD^{tree}")
            var parent = try git.git("rev-parse", "HEAD")
            for index in 1...50 {
                parent = try git.git("commit-tree", tree, "-p", parent, "-m", "\(index)")
                commits.append(parent)
                #expect(try git.push("\(parent):main").status == 0)
            }
            let expected = (1...50).map { "app#\($0) main SUCCEEDED" }
            #expect(try results(daemon, count: 50) == expected)
            #expect(try daemon.builds().reversed().map(\.resolvedSourceVersion) == commits)
        }
    }

    @Test("1: branch names are data, whatever they hold")
    func weapons() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon, "--branches", "**")
            let print = #"printf '%s\n' "<$CODEBUILD_SOURCE_VERSION>" "$CODEBUILD_WEBHOOK_HEAD_REF""#
            try git.write("buildspec.yml", BuildspecText.commands(print))
            try git.commit()
            let marker = "\(ScratchDirectory.path)/marker"
            let names = [
                "$(touch${IFS}\(marker))", ";touch${IFS}\(marker);#", "`id`", "it's", "say\"\"", "-x",
                "--upload-pack=id", "a/-rf",
                "&&id", "|id", "x..lock".replacingOccurrences(of: "..", with: ".") + "ed", "ü/日本/👍", "a\u{202E}b",
                "%s%n", "!id", "{a,b}",
                String(repeating: "n", count: 240),
            ]
            let refs = names.map { "HEAD:refs/heads/\($0)" }
            let result = try Program.run(
                "git",
                ["-C", git.work, "push", "origin"] + refs,
                environment: GitFixture.environment
            )
            #expect(result.status == 0, "\(result)")
            let remote = result.errors.split(separator: "\n").filter { $0.hasPrefix("remote:") }
            #expect(remote.count == 2)
            #expect(!remote.joined().contains("\u{202E}"))
            let found = try results(daemon, count: names.count)
            #expect(found.allSatisfy { $0.hasSuffix(" SUCCEEDED") })
            let builds = try daemon.builds()
            #expect(Set(builds.map { $0.sourceVersion ?? "" }) == Set(names))
            let unprinted = builds.filter { build in
                let name = build.sourceVersion ?? ""
                return !build.log.contains("\n<\(name)>\nrefs/heads/\(name)\n")
            }
            #expect(unprinted.map(\.sourceVersion) == [])
            #expect(!FileManager.default.fileExists(atPath: marker))
            #expect(!(try daemon.nacre("list").output.contains("\u{202E}")))
        }
    }

    @Test("8: a commit that is gone when its build starts fails with that reason")
    func commitGone() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let git = try addRepository(daemon)
            let gate = Gate()
            let commit = try git.git("rev-parse", "HEAD")
            try git.write("buildspec.yml", BuildspecText.commands(gate.command))
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            try gate.waitUntilReached()
            #expect(try git.push("\(commit):refs/heads/model").status == 0)
            let object = "\(git.bare)/objects/\(commit.prefix(2))/\(commit.dropFirst(2))"
            try FileManager.default.removeItem(atPath: object)
            gate.open()
            let build = try daemon.finished("app#2")
            #expect(build.buildStatus == "FAILED")
            let message = build.phase("DOWNLOAD_SOURCE")?.contexts?.first?.message ?? ""
            #expect(message.contains(commit) && message.contains("refs/heads/model"), "\(message)")
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }

    @Test("2: with the daemon down a push succeeds with one warning, and is built after the start")
    func daemonDown() throws {
        try DaemonFixture.run { daemon in
            let git = try addRepository(daemon)
            try daemon.stop()
            let result = try git.push("HEAD:main", options: ["nacre.wait"])
            #expect(result.status == 0)
            #expect(result.errors.components(separatedBy: "remote: nacre:").count == 2, "\(result)")
            let first = try git.git("rev-parse", "HEAD")
            let second = try git.commit("second")
            #expect(try git.push("HEAD:main", "\(first):refs/heads/model").status == 0)
            try daemon.start()
            #expect(try results(daemon, count: 2) == ["app#1 main SUCCEEDED", "app#2 model SUCCEEDED"])
            #expect(try daemon.builds().reversed().map(\.resolvedSourceVersion) == [second, first])
            try daemon.stop()
            try daemon.start()
            #expect(try daemon.builds().count == 2)
        }
    }
}
