// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Git

@Suite("Git repositories", .scratchDirectory)
struct RepositoryTests {
    @Test("a bare repository that was made takes a push with options from git")
    func create() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let path = ScratchDirectory.path + "/a/b/new.git"
        let repository = try GitRepository.createBare(path, description: "the new one")
        #expect(try repository.headBranch() == "refs/heads/main")
        #expect(try repository.references() == GitReferences())
        try fixture.git("remote", "set-url", "origin", path)
        let result = try fixture.push("main", options: ["nacre.wait"])
        #expect(result.status == 0, "\(result)")
        #expect(try repository.references().direct.map(\.name) == ["refs/heads/main"])
        #expect(try GitFixture.git(["fsck", "--strict"], in: path).isEmpty)
        #expect(try GitFixture.git(["rev-parse", "--is-bare-repository"], in: path) == "true")
        #expect(try String(contentsOfFile: path + "/description", encoding: .utf8) == "the new one")
    }

    @Test("a repository is not made over another")
    func createTwice() throws {
        let path = ScratchDirectory.path + "/new.git"
        try GitRepository.createBare(path)
        let error = #expect(throws: GitError.self) { try GitRepository.createBare(path) }
        #expect(error?.code == .exists)
    }

    @Test("a folder below a repository is not opened as one")
    func noDiscovery() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        for path in [fixture.work, fixture.bare + "/refs", ScratchDirectory.path + "/missing"] {
            let error = #expect(throws: GitError.self) { try GitRepository.open(bare: path) }
            #expect(error?.code == .notFound)
            #expect(error?.path == path)
        }
        #expect(try GitRepository.open(bare: fixture.work + "/.git").path == fixture.work + "/.git")
        let found = try GitRepository.discover(from: fixture.work + "/src/inner")
        #expect(found.workingDirectory == fixture.work)
    }

    @Test("refs are told by full name with what they point to, symbolic ones left out")
    func references() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let first = try fixture.git("rev-parse", "HEAD")
        let second = try fixture.commit()
        let names = ["feat/a'b;$(id)", "feat/ü-日本", "x/y/z", String(repeating: "n", count: 239)]
        let expected = (names.map { "refs/heads/\($0)" } + ["refs/heads/main"]).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        for name in names { #expect(try fixture.push("HEAD:refs/heads/\(name)").status == 0) }
        try fixture.gitInBare("symbolic-ref", "refs/heads/alias", "refs/heads/main")
        try fixture.gitInBare("tag", "v1", "main")
        for isPacked in [false, true] {
            if isPacked { try fixture.gitInBare("pack-refs", "--all") }
            let found = try GitRepository.open(bare: fixture.bare).references(under: "refs/heads/")
            #expect(found.direct.map(\.name) == expected)
            #expect(found.unreadable.isEmpty)
            for reference in found.direct {
                #expect(reference.target.hex == (reference.name == "refs/heads/main" ? first : second))
            }
        }
        #expect(try GitRepository.open(bare: fixture.bare).references().direct.contains { $0.name == "refs/tags/v1" })
    }

    @Test("a ref whose name is not UTF-8 is told apart")
    func strangeName() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let id = try fixture.git("rev-parse", "HEAD")
        let line = Array("create refs/heads/caf".utf8) + [0xE9] + Array(" \(id)\n".utf8)
        try fixture.gitInBare("update-ref", "--stdin", input: line)
        let found = try GitRepository.open(bare: fixture.bare).references(under: "refs/heads/")
        #expect(found.direct.map(\.name) == ["refs/heads/main"])
        #expect(found.unreadable == ["refs/heads/caf\u{FFFD}"])
    }

    @Test("a ref is looked up by its full name only, and never by git's revision syntax")
    func target() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let id = try fixture.git("rev-parse", "HEAD")
        let repository = try GitRepository.open(bare: fixture.bare)
        #expect(try repository.target(of: "refs/heads/main")?.hex == id)
        #expect(try repository.target(of: "HEAD")?.hex == id)
        #expect(try repository.target(of: "refs/heads/none") == nil)
        for text in ["main~1", "refs/heads/main^{tree}", ":/first", "refs/heads/../heads/main", ""] {
            let error = #expect(throws: GitError.self) { try repository.target(of: text) }
            #expect(error?.code == .invalid)
        }
        try Data("garbage\n".utf8).write(to: URL(fileURLWithPath: fixture.bare + "/refs/heads/broken"))
        let error = #expect(throws: GitError.self) { try repository.target(of: "refs/heads/broken") }
        #expect(error?.code == .failed)
        #expect(try repository.references().direct.map(\.name) == ["refs/heads/main"])
    }

    @Test("a commit is read with its people, times, parents and message")
    func commit() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let parent = try fixture.git("rev-parse", "HEAD")
        let id = try fixture.commit("Teach the model\nto count\n\nBody.")
        #expect(try fixture.push("main").status == 0)
        let repository = try GitRepository.open(bare: fixture.bare)
        let commit = try repository.commit(try #require(ObjectID(hex: id)))
        #expect(commit.parents.map(\.hex) == [parent])
        #expect(commit.tree.hex == (try fixture.git("rev-parse", "HEAD^{tree}")))
        #expect(
            commit.author
                == GitCommit.Signature(
                    name: "Ada Author",
                    email: "ada@example.org",
                    time: 1_704_161_045,
                    offsetMinutes: 60
                )
        )
        #expect(commit.committer.name == "Carl Committer")
        #expect(commit.time == 1_704_161_046)
        #expect(commit.summary == "Teach the model to count")
        #expect(commit.message == "Teach the model\nto count\n\nBody.\n")
    }

    @Test("an object that is missing, or no commit, is not found")
    func noCommit() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let tree = try fixture.git("rev-parse", "HEAD^{tree}")
        let repository = try GitRepository.open(bare: fixture.bare)
        for hex in [tree, String(repeating: "ab", count: 20)] {
            let error = #expect(throws: GitError.self) { try repository.commit(try #require(ObjectID(hex: hex))) }
            #expect(error?.code == .notFound)
            #expect(error?.operation == "git_commit_lookup")
        }
    }

    @Test("a file is read out of a commit, through links and within a limit")
    func blob() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        try FileManager.default.createSymbolicLink(
            atPath: fixture.work + "/src/link.yml",
            withDestinationPath: "../buildspec.yml"
        )
        try FileManager.default.createSymbolicLink(
            atPath: fixture.work + "/out.yml",
            withDestinationPath: "../../etc/passwd"
        )
        try FileManager.default.createSymbolicLink(atPath: fixture.work + "/loop", withDestinationPath: "loop")
        let id = try #require(ObjectID(hex: try fixture.commit()))
        let repository = try GitRepository.open(bare: fixture.work + "/.git")
        let text = Array("version: 0.2\n".utf8)
        #expect(try repository.blob(at: "buildspec.yml", in: id, limit: 100) == text)
        #expect(try repository.blob(at: "./src/../buildspec.yml", in: id, limit: text.count) == text)
        #expect(try repository.blob(at: "src/link.yml", in: id, limit: 100) == text)
        for path in ["none", "src", "src/none", "out.yml", "loop", "../buildspec.yml", "", "/buildspec.yml"] {
            #expect(try repository.blob(at: path, in: id, limit: 100) == nil)
        }
        let error = #expect(throws: GitError.self) {
            try repository.blob(at: "buildspec.yml", in: id, limit: text.count - 1)
        }
        #expect(error?.code == .tooLarge)
    }

    @Test("a configuration value is written, read and taken out without harm to the others")
    func configuration() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let repository = try GitRepository.open(bare: fixture.bare)
        #expect(try repository.localValue("receive.advertisePushOptions") == nil)
        try repository.setLocalValue("receive.advertisePushOptions", "true")
        try repository.setLocalValue("nacre.text", "a \"b\" #c\\d")
        #expect(try repository.localValue("receive.advertisepushoptions") == "true")
        #expect(try fixture.gitInBare("config", "nacre.text") == "a \"b\" #c\\d")
        try repository.setLocalValue("nacre.text", nil)
        try repository.setLocalValue("nacre.text", nil)
        #expect(try repository.value("nacre.text") == nil)
        #expect(try repository.value("core.bare") == "true")
    }

    @Test("a repository with SHA-256 ids is refused when it is opened")
    func otherFormat() throws {
        let path = ScratchDirectory.path
        try GitFixture.git(["init", "-q", "--bare", "--object-format=sha256", "new.git"], in: path)
        let error = #expect(throws: GitError.self) { try GitRepository.open(bare: path + "/new.git") }
        #expect(error?.message.contains("objectformat") == true)
    }

    @Test("a damaged repository gives an error", arguments: ["config", "objects", "refs", "packed-refs", "pack"])
    func damaged(part: String) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let id = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        try fixture.gitInBare("gc", "-q")
        let garbage = Data((0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 3) })
        switch part {
        case "pack":
            let folder = fixture.bare + "/objects/pack"
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
                try garbage.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
        case "config":
            try Data("[core\n\trepositoryformatversion = 0\n".utf8).write(
                to: URL(fileURLWithPath: fixture.bare + "/config")
            )
        default:
            try? FileManager.default.removeItem(atPath: "\(fixture.bare)/\(part)")
            try garbage.write(to: URL(fileURLWithPath: "\(fixture.bare)/\(part)"))
        }
        #expect(throws: GitError.self) {
            let repository = try GitRepository.open(bare: fixture.bare)
            _ = try repository.references()
            _ = try repository.commit(id)
        }
    }
}
