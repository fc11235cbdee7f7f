// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 9: repositories that break", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault09BrokenRepositoriesTests {
    private struct Repository: Decodable {
        var name: String
        var hooks: Bool
        var problem: String?
    }

    private func repository(_ name: String, _ daemon: DaemonFixture) throws -> Repository? {
        let all: [Repository] = try ShownBuild.decode(try daemon.nacre("repo", "list", "--json"))
        return all.first { $0.name == name }
    }

    private func push(_ git: GitFixture, _ ref: String = "main") throws {
        try git.write("buildspec.yml", IngestFixture.buildspec("true"))
        try git.commit()
        let result = try git.push("+HEAD:refs/heads/\(ref)")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
    }

    @Test(
        "9: a corrupt repository is marked bad while others go on, and recovers by itself",
        arguments: ["HEAD", "refs/heads/main", "refs"]
    )
    func corrupt(part: String) throws {
        try DaemonFixture.run { daemon in
            let bad = try daemon.createRepository("bad")
            let good = try daemon.createRepository("good")
            try push(bad)
            #expect(try daemon.finished("bad#1").buildStatus == "SUCCEEDED")
            // The ref holds nonsense; of the others there is nothing left.
            let path = "\(bad.bare)/\(part)"
            try FileManager.default.moveItem(atPath: path, toPath: "\(ScratchDirectory.path)/kept")
            if part.hasSuffix("main") {
                try Data("nonsense\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            }
            try eventually("the repository is marked bad; \(daemon.log)") {
                try repository("bad", daemon)?.problem != nil
            }
            #expect(try daemon.nacre("repo", "list").output.contains("good"))
            try push(good)
            #expect(try daemon.finished("good#1").buildStatus == "SUCCEEDED")
            // A restart does not stumble over it.
            try daemon.stop()
            try daemon.start()
            #expect(try repository("bad", daemon)?.problem != nil)
            if part.hasSuffix("main") { try FileManager.default.removeItem(atPath: path) }
            try FileManager.default.moveItem(atPath: "\(ScratchDirectory.path)/kept", toPath: path)
            try eventually("the repository is good again; \(daemon.log)") {
                try repository("bad", daemon)?.problem == nil
            }
            try push(bad)
            #expect(try daemon.finished("bad#2").buildStatus == "SUCCEEDED")
        }
    }

    @Test(
        "9: a pipe where git has a file marks that repository bad, and holds up neither the others nor the start",
        arguments: ["refs/heads/main", "packed-refs"]
    )
    func pipe(part: String) throws {
        try DaemonFixture.run { daemon in
            let bad = try daemon.createRepository("bad")
            let good = try daemon.createRepository("good")
            try push(bad)
            #expect(try daemon.finished("bad#1").buildStatus == "SUCCEEDED")
            let path = "\(bad.bare)/\(part)"
            try? FileManager.default.removeItem(atPath: path)
            try #require(unsafe mkfifo(path, 0o600) == 0)
            try eventually("the repository is marked bad; \(daemon.log)") {
                try repository("bad", daemon)?.problem != nil
            }
            try push(good)
            #expect(try daemon.finished("good#1").buildStatus == "SUCCEEDED")
            try daemon.stop()
            try daemon.start()
            #expect(try repository("bad", daemon)?.problem?.contains(part) == true)
            try push(good)
            #expect(try daemon.finished("good#2").buildStatus == "SUCCEEDED")
            try FileManager.default.removeItem(atPath: path)
            try eventually("the repository is good again; \(daemon.log)") {
                try repository("bad", daemon)?.problem == nil
            }
            try push(bad, "model")
            #expect(try daemon.finished("bad#2").buildStatus == "SUCCEEDED")
        }
    }

    @Test("9: a repository that was removed is marked bad, and is watched again when it is made anew")
    func recreated() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try push(git)
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            try FileManager.default.removeItem(atPath: git.bare)
            try eventually("the repository is marked bad; \(daemon.log)") {
                try repository("app", daemon)?.problem != nil
            }
            #expect(try repository("app", daemon)?.hooks == false)
            try GitFixture.git(["init", "-q", "--bare", git.bare], in: ScratchDirectory.path)
            try push(git, "model")
            let build = try daemon.finished("app#2")
            #expect(build.buildStatus == "SUCCEEDED" && build.sourceVersion == "model")
            try eventually("the repository is good again") { try repository("app", daemon)?.problem == nil }
            // The hook can be put in again.
            #expect(try daemon.nacre("hooks", "install", "app").status == 0)
            #expect(try repository("app", daemon)?.hooks == true)
        }
    }

    @Test("9: a repository of another user is built like any other", .enabled(if: geteuid() == 0, "needs root"))
    func otherOwner() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            try give(git.bare, to: 65_534)
            // git itself refuses it without this; the daemon trusts what the operator has registered.
            let trust = "--receive-pack=git -c safe.directory=* receive-pack"
            let pushed = try git.push("HEAD:main", flags: [trust])
            #expect(pushed.status == 0, "\(pushed)")
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            #expect(try repository("app", daemon)?.problem == nil)
        }
    }

    @Test(
        "9: a repository that the daemon may not read is marked bad while others go on, and nothing pushed meanwhile is lost",
        .enabled(if: geteuid() == 0, "needs root: the daemon is another user")
    )
    func unreadable() throws {
        try give(ScratchDirectory.path, to: 65_534)
        let somebody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        try DaemonFixture.run(launcher: somebody) { daemon in
            let bad = try add("bad", daemon)
            let good = try add("good", daemon)
            unsafe chmod(bad.bare, 0)
            try push(bad)
            try eventually("the repository is marked bad; \(daemon.log)") {
                try repository("bad", daemon)?.problem != nil
            }
            try push(good)
            #expect(try daemon.finished("good#1").buildStatus == "SUCCEEDED")
            // The kernel tells nobody who watches refs that they may be read again.
            unsafe chmod(bad.bare, 0o755)
            #expect(try daemon.finished("bad#1").buildStatus == "SUCCEEDED")
            #expect(try repository("bad", daemon)?.problem == nil)
        }
    }

    /// A bare repository that everybody may read, watched without a hook.
    private func add(_ name: String, _ daemon: DaemonFixture) throws -> GitFixture {
        let folder = "\(ScratchDirectory.path)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let git = try GitFixture(in: folder)
        try IngestFixture.nacre(daemon, ["repo", "add", git.bare, "--name", name, "--no-hooks"])
        return git
    }

    /// Makes a folder and all in it somebody's.
    private func give(_ path: String, to user: uid_t) throws {
        try #require(unsafe chown(path, user, user) == 0)
        let files = FileManager.default.enumerator(atPath: path)
        while let name = files?.nextObject() as? String { unsafe lchown("\(path)/\(name)", user, user) }
    }

    @Test("a repository that is no longer registered is pushed to without builds, and may be added again")
    func removed() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try push(git)
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.nacre("repo", "remove", "app").status == 0)
            #expect(!FileManager.default.fileExists(atPath: "\(git.bare)/hooks/post-receive"))
            try push(git)
            #expect(try daemon.builds().count == 1)
            #expect(try daemon.nacre("repo", "add", git.bare).status == 0)
            try push(git)
            // Numbers are not used twice.
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
        }
    }
}
