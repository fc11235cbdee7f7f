// SPDX-License-Identifier: Apache-2.0

import Foundation
import Git
import Repositories
import TestSupport
import Testing

@Suite("Working trees", .scratchDirectory)
struct WorkingTreeTests {
    /// What git lists, without the tracked files that are not there.
    private func gitList(_ directory: String) throws -> [String] {
        let text = try GitFixture.git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], in: directory)
        let names = Set(text.split(separator: "\0").map(String.init))
        return names.filter { name in
            let path = "\(directory)/\(name)"
            let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            return kind == .typeRegular || kind == .typeSymbolicLink
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A tree with everything that makes listing hard.
    private func nastyTree() throws -> GitFixture {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        try fixture.write(".gitignore", "*.log\n/build/\n!keep.log\n**/cache\nfoo[0-9]\n# comment\n\\#hash\ntrail\\ \n")
        try fixture.write("src/.gitignore", "!special.log\n*.tmp\n/only-here\n")
        try fixture.write("tracked.log", "tracked although ignored")
        try fixture.git("add", "-f", "tracked.log")
        try fixture.commit("base")
        for path in [
            "a.log", "keep.log", "build/out", "sub/build/in", "src/special.log", "src/x.tmp", "x.tmp", "src/only-here",
            "src/inner/only-here", "deep/cache/file", "deep/cache2/file", "foo1", "foox", "#hash", "trail ",
            "ü/日本 \u{1F600}", "-dash", "quote'\"", "back\\slash", "new\nline", "excluded.x", "sub/excluded.x",
        ] {
            try fixture.write(path, "content of \(path)")
        }
        // Exceptions from the rules of a directory above: one for a file, one for a directory with a rule of its own.
        try fixture.write(
            ".gitignore",
            "*.log\n/build/\n!keep.log\n**/cache\nfoo[0-9]\n# comment\n\\#hash\ntrail\\ \n*.csv\nraw/\n"
        )
        try fixture.write("data/.gitignore", "!/raw/\n!abalone.csv\r\n!deep/**/x.csv   \nsecret\n")
        for path in ["raw/tracked", "data/raw/tracked.csv", "data/raw/deep/tracked"] {
            try fixture.write(path, "content of \(path)")
            try fixture.git("add", "-f", path)
        }
        for path in [
            "data/raw/deep/other", "data/raw/big.bin", "data/raw/other.csv", "data/raw/abalone.csv", "data/raw/secret",
            "data/abalone.csv",
            "data/more.csv", "data/deep/x.csv", "data/deep/a/b/x.csv", "data/deep/a/b/y.csv", "raw/hidden",
        ] {
            try fixture.write(path, "content of \(path)")
        }
        try Data("excluded.x\n".utf8).write(to: URL(fileURLWithPath: fixture.work + "/.git/info/exclude"))
        try Data("global.y\n".utf8).write(to: URL(fileURLWithPath: ScratchDirectory.path + "/excludes"))
        try fixture.git("config", "core.excludesFile", ScratchDirectory.path + "/excludes")
        try fixture.write("global.y", "x")
        // Deleted, staged, removed from the index only, changed, replaced by a directory, replaced by a link.
        try FileManager.default.removeItem(atPath: fixture.work + "/src/file2.txt")
        try fixture.write("staged", "x")
        try fixture.git("add", "staged")
        try fixture.git("rm", "-q", "--cached", "src/file4.txt")
        try fixture.write("src/file6.txt", "changed")
        try FileManager.default.removeItem(atPath: fixture.work + "/src/file8.txt")
        try fixture.write("src/file8.txt/now-a-directory", "x")
        try FileManager.default.removeItem(atPath: fixture.work + "/src/file10.txt")
        try FileManager.default.createSymbolicLink(
            atPath: fixture.work + "/src/file10.txt",
            withDestinationPath: "../run.sh"
        )
        try FileManager.default.createSymbolicLink(atPath: fixture.work + "/dangling", withDestinationPath: "none")
        try FileManager.default.createSymbolicLink(atPath: fixture.work + "/dirlink", withDestinationPath: "src")
        try FileManager.default.createDirectory(atPath: fixture.work + "/empty/dir", withIntermediateDirectories: true)
        return fixture
    }

    @Test(
        "a nasty tree is listed as git lists it",
        arguments: ["", "src", "src/inner", "sub", "deep", "ü", "data", "data/raw"]
    )
    func asGit(directory: String) throws {
        let fixture = try nastyTree()
        let path = directory.isEmpty ? fixture.work : "\(fixture.work)/\(directory)"
        let tree = try WorkingTree.read(path)
        let expected = try gitList(path)
        #expect(Set(tree.files).symmetricDifference(expected) == [])
        #expect(tree.files == expected)
        #expect(tree.tracked + tree.untracked == tree.files.count)
        #expect(tree.unnamed.isEmpty)
    }

    @Test("the counts are those of git status")
    func counts() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let clean = try WorkingTree.read(fixture.work)
        #expect(clean.files.count == 22)
        #expect([clean.tracked, clean.modified, clean.untracked, clean.deleted] == ([22, 0, 0, 0] as [Int]))
        try fixture.write("run.sh", "changed")
        try fixture.write("new", "x")
        try fixture.write("staged", "x")
        try fixture.git("add", "staged")
        try FileManager.default.removeItem(atPath: fixture.work + "/buildspec.yml")
        let dirty = try WorkingTree.read(fixture.work)
        #expect([dirty.tracked, dirty.modified, dirty.untracked, dirty.deleted] == ([22, 2, 1, 1] as [Int]))
    }

    @Test("the head tells commit, branch and remote")
    func head() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let id = try fixture.git("rev-parse", "HEAD")
        let head = try #require(try WorkingTree.read(fixture.work + "/src").head)
        #expect(head.commit?.hex == id)
        #expect(head.branch == "main")
        #expect(head.remoteURL == "../repo.git")
        try fixture.git("remote", "set-url", "origin", "https://ada:secret@example.org/x.git")
        try fixture.git("checkout", "-q", "--detach")
        let detached = try #require(try WorkingTree.read(fixture.work).head)
        #expect(detached.branch == nil)
        #expect(detached.commit?.hex == id)
        #expect(detached.remoteURL == "https://example.org/x.git")
        try fixture.git("remote", "rename", "origin", "upstream")
        try fixture.git("checkout", "-q", "main")
        #expect(try WorkingTree.read(fixture.work).head?.remoteURL == "https://example.org/x.git")
    }

    @Test("a repository before its first commit has a branch and no commit")
    func unborn() throws {
        let path = ScratchDirectory.path + "/new"
        try GitFixture.git(["init", "-q", "-b", "trunk", path], in: ScratchDirectory.path)
        try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/a"))
        let tree = try WorkingTree.read(path)
        #expect(tree.files == ["a"])
        #expect(tree.head?.commit == nil)
        #expect(tree.head?.branch == "trunk")
    }

    @Test("a plain folder lists everything but .git")
    func plain() throws {
        let path = ScratchDirectory.path + "/plain"
        for name in ["a", "d/e/f", ".hidden", ".gitignore", "x/.git/config", "ü"] {
            let file = "\(path)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data("*\n".utf8).write(to: URL(fileURLWithPath: file))
        }
        try FileManager.default.createSymbolicLink(atPath: path + "/loop", withDestinationPath: ".")
        let tree = try WorkingTree.read(path)
        #expect(tree.files == [".gitignore", ".hidden", "a", "d/e/f", "loop", "ü"])
        #expect(tree.untracked == 6)
        #expect(tree.head == nil)
    }

    @Test("a folder that the repository around it ignores is plain")
    func ignoredFolder() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        try fixture.write(".gitignore", "out/\n*.o\n")
        try fixture.write("out/deep/a.o", "x")
        try fixture.write("out/deep/b", "x")
        for directory in ["out", "out/deep"] {
            let tree = try WorkingTree.read("\(fixture.work)/\(directory)")
            #expect(tree.files.map { ($0 as NSString).lastPathComponent } == ["a.o", "b"])
            #expect(tree.head == nil)
        }
    }

    @Test("submodules and repositories within are listed without their .git")
    func nested() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        try fixture.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", fixture.bare, "libs/sub")
        try fixture.commit("submodule")
        try fixture.write("libs/sub/.gitignore", "*.log\n")
        try fixture.write("libs/sub/x.log", "ignored there")
        try fixture.write("libs/sub/new", "x")
        try FileManager.default.createDirectory(atPath: fixture.work + "/loose", withIntermediateDirectories: true)
        try GitFixture.git(["clone", "-q", fixture.bare, "loose/inner"], in: fixture.work)
        let tree = try WorkingTree.read(fixture.work)
        #expect(tree.files.contains("libs/sub/buildspec.yml"))
        #expect(tree.files.contains("libs/sub/new"))
        #expect(!tree.files.contains("libs/sub/x.log"))
        #expect(tree.files.contains("loose/inner/buildspec.yml"))
        #expect(!tree.files.contains { $0.hasSuffix(".git") || $0.contains(".git/") })
        let recursive = try GitFixture.git(["ls-files", "--recurse-submodules"], in: fixture.work)
        for name in recursive.split(separator: "\n") { #expect(tree.files.contains(String(name))) }
        // Within the submodule, it is the repository.
        #expect(try WorkingTree.read(fixture.work + "/libs/sub").files == (try gitList(fixture.work + "/libs/sub")))
    }

    @Test("a second working tree and a sparse, partial clone are listed as git lists them")
    func otherKinds() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        try fixture.git("worktree", "add", "-q", "../second", "-b", "second")
        let second = ScratchDirectory.path + "/second"
        #expect(try WorkingTree.read(second).files == (try gitList(second)))
        #expect(try WorkingTree.read(second).head?.branch == "second")
        try fixture.gitInBare("config", "uploadpack.allowFilter", "true")
        let sparse = ScratchDirectory.path + "/sparse"
        try GitFixture.git(
            ["clone", "-q", "--sparse", "--filter=blob:none", "file://" + fixture.bare, sparse],
            in: fixture.work
        )
        let tree = try WorkingTree.read(sparse)
        #expect(tree.files == (try gitList(sparse)))
    }

    @Test("a file whose name is not UTF-8 is told apart")
    func strangeName() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let touch = try Program.run(
            "sh",
            ["-c", "cd \"$1\" && : > \"$(printf 'caf\\351')\"", "sh", fixture.work],
            environment: GitFixture.environment
        )
        #expect(touch.status == 0)
        let tree = try WorkingTree.read(fixture.work)
        #expect(tree.files.count == 22)
        #expect(tree.unnamed == ["caf\u{FFFD}"])
    }

    @Test("a missing folder and a damaged repository are errors")
    func failures() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let missing = #expect(throws: RepositoriesError.self) { try WorkingTree.read(fixture.work + "/none") }
        #expect(missing?.code == .file)
        try Data("DIRCgarbage garbage garbage".utf8).write(to: URL(fileURLWithPath: fixture.work + "/.git/index"))
        let damaged = #expect(throws: RepositoriesError.self) { try WorkingTree.read(fixture.work) }
        #expect(damaged?.code == .git)
    }
}
