// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Git

@Suite("Checkout of a commit", .scratchDirectory)
struct CheckoutTests {
    @Test("the files are those that git archive writes")
    func fidelity() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        try fixture.write("bin/tool", "#!/bin/sh\nexit 0\n", isExecutable: true)
        try fixture.write("a/b/c/d/ü \u{1F600} name\n with newline", "x")
        try fixture.write("-x/$(id);'\"\\", "y")
        try fixture.write("empty", "")
        try fixture.write("crlf.bat", "a\r\nb\r\n")
        try fixture.write(String(repeating: "n", count: 255), "long")
        for (name, target) in [
            ("link", "bin/tool"), ("a/up", "../../../outside"), ("dangling", "nowhere"), ("dir", "src"),
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(fixture.work)/\(name)",
                withDestinationPath: target
            )
        }
        let big = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) })
        try big.write(to: URL(fileURLWithPath: fixture.work + "/big.bin"))
        let id = try fixture.commit()
        let summary = try check(fixture, id)
        #expect(summary.links == 4)
        #expect(summary.files == 22 + 7)
        // The same out of a pack, with deltas.
        try fixture.git("gc", "-q")
        try FileManager.default.removeItem(atPath: ScratchDirectory.path + "/ours")
        try FileManager.default.removeItem(atPath: ScratchDirectory.path + "/theirs")
        #expect(try check(fixture, id) == summary)
    }

    @Test("a tree of thousands of files is written completely, by two threads")
    func large() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        for index in 0..<2_000 {
            try fixture.write("d\(index % 37)/e\(index % 11)/f\(index)", "content \(index)\n")
        }
        let summary = try check(fixture, try fixture.commit())
        #expect(summary.files == 2_022)
        #expect(summary.directories == 2 + 37 + 37 * 11)
    }

    @Test("a submodule becomes an empty directory")
    func submodule() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let id = try fixture.git("rev-parse", "HEAD")
        try fixture.git("update-index", "--add", "--cacheinfo", "160000,\(id),libs/sub")
        try fixture.git("commit", "-q", "-m", "submodule")
        let target = try emptyDirectory("ours")
        let repository = try GitRepository.open(bare: fixture.work + "/.git")
        let commit = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        #expect(try repository.checkout(commit, to: target).submodules == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target + "/libs/sub").isEmpty)
    }

    @Test(
        "a tree entry that would leave the directory, or be git's own, is refused",
        arguments: [
            "..", ".", ".git", ".GIT", ".Git ", ".git...", "git~1", "GIT~1", ".git::$INDEX_ALLOCATION", ".g\u{200C}it",
            "\u{FEFF}.git", "a/b", "../x",
        ]
    )
    func unsafeName(name: String) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let blob = try fixture.git("rev-parse", "HEAD:run.sh")
        let digest = try #require(ObjectID(hex: blob))
        // git mktree refuses such names, so the object is put together by hand.
        let raw = withUnsafeBytesOf(digest)
        let content = Array("100644 \(name)".utf8) + [0] + raw
        let tree = try fixture.git("hash-object", "-w", "-t", "tree", "--stdin", "--literally", input: content)
        let commit = try fixture.git("commit-tree", tree, "-m", "bad")
        let target = try emptyDirectory("ours")
        let repository = try GitRepository.open(bare: fixture.work + "/.git")
        let error = #expect(throws: GitError.self) {
            try repository.checkout(try #require(ObjectID(hex: commit)), to: target)
        }
        #expect(error?.code == .unsafeEntry || error?.operation == "git_tree_lookup")
        #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
    }

    @Test(
        "names that only look like git's own are written",
        arguments: [".gitignore", ".github", "git", "git~2", "...", ".g"]
    )
    func safeName(name: String) {
        let bytes = Array(name.utf8)
        let isSafe = TreeEntryName.isSafe(bytes.span)
        #expect(isSafe)
    }

    @Test("a link and a directory of the same name cannot lead a file outside")
    func linkSwap() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let outside = try emptyDirectory("outside")
        let link = try #require(
            ObjectID(hex: try fixture.git("hash-object", "-w", "--stdin", input: Array(outside.utf8)))
        )
        let file = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD:run.sh")))
        let inner = try fixture.git(
            "hash-object",
            "-w",
            "-t",
            "tree",
            "--stdin",
            "--literally",
            input: Array("100644 planted".utf8) + [0] + withUnsafeBytesOf(file)
        )
        let innerID = try #require(ObjectID(hex: inner))
        let tree = try fixture.git(
            "hash-object",
            "-w",
            "-t",
            "tree",
            "--stdin",
            "--literally",
            input: Array("120000 a".utf8) + [0] + withUnsafeBytesOf(link) + Array("40000 a".utf8) + [0]
                + withUnsafeBytesOf(innerID)
        )
        let commit = try #require(ObjectID(hex: try fixture.git("commit-tree", tree, "-m", "bad")))
        let repository = try GitRepository.open(bare: fixture.work + "/.git")
        let target = try emptyDirectory("ours")
        let error = #expect(throws: GitError.self) { try repository.checkout(commit, to: target) }
        #expect(error?.code == .fileSystem)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    }

    @Test("a checkout that is stopped writes no further file, and says that it was")
    func stopped() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let repository = try GitRepository.open(bare: fixture.bare)
        let commit = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        let target = try emptyDirectory("ours")
        let error = #expect(throws: GitError.self) { try repository.checkout(commit, to: target) { true } }
        #expect(error?.code == .stopped)
        let left = FileManager.default.enumerator(atPath: target)?.compactMap { $0 as? String } ?? []
        let kinds = try left.map { try FileManager.default.attributesOfItem(atPath: "\(target)/\($0)")[.type] }
        #expect(kinds.allSatisfy { $0 as? FileAttributeType == .typeDirectory })
    }

    @Test("a commit that unfolds without end is refused")
    func bomb() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        var tree = try fixture.git("rev-parse", "HEAD^{tree}")
        for _ in 0..<8 {
            let lines = (0..<10).map { "040000 tree \(tree)\td\($0)\n" }.joined()
            tree = try fixture.git("mktree", input: Array(lines.utf8))
        }
        let commit = try #require(ObjectID(hex: try fixture.git("commit-tree", tree, "-m", "bomb")))
        let repository = try GitRepository.open(bare: fixture.work + "/.git")
        let target = try emptyDirectory("ours")
        let limits = CheckoutLimits(entries: 50_000)
        let error = #expect(throws: GitError.self) { try repository.checkout(commit, to: target, limits: limits) }
        #expect(error?.code == .tooLarge)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
    }

    @Test(
        "an object whose file was cut off is told, and not waited for",
        arguments: ["HEAD", "HEAD^{tree}", "HEAD:run.sh"],
        [0, 10, 50, 99]
    )
    func cutOff(name: String, percent: Int) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let commit = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        let object = try fixture.git("rev-parse", name)
        let file = "\(fixture.bare)/objects/\(object.prefix(2))/\(object.dropFirst(2))"
        let bytes = try Data(contentsOf: URL(filePath: file))
        try FileManager.default.removeItem(atPath: file)
        try bytes.prefix(bytes.count * percent / 100).write(to: URL(filePath: file))
        let repository = try GitRepository.open(bare: fixture.bare)
        let target = try emptyDirectory("ours")
        let error = #expect(throws: GitError.self) { try repository.checkout(commit, to: target) }
        #expect(error?.code == .failed || error?.code == .notFound)
    }

    @Test("a commit of directories within directories is refused before its paths fill the memory")
    func depth() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let name = String(repeating: "n", count: 255)
        var tree = try fixture.git("rev-parse", "HEAD^{tree}")
        for _ in 0..<20 { tree = try fixture.git("mktree", input: Array("040000 tree \(tree)\t\(name)\n".utf8)) }
        let commit = try #require(ObjectID(hex: try fixture.git("commit-tree", tree, "-m", "deep")))
        let repository = try GitRepository.open(bare: fixture.work + "/.git")
        let error = #expect(throws: GitError.self) { try repository.files(of: commit) }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("deeper than the system can make them") == true)
    }

    @Test("a commit whose names and paths add up past the limit is refused")
    func names() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        var tree = try fixture.git("mktree", input: [])
        let lines = (0..<200).map { "040000 tree \(tree)\td\($0)\n" }.joined()
        tree = try fixture.git("mktree", input: Array(lines.utf8))
        for _ in 0..<10 {
            let name = String(repeating: "n", count: 250)
            tree = try fixture.git("mktree", input: Array("040000 tree \(tree)\t\(name)\n".utf8))
        }
        let commit = try #require(ObjectID(hex: try fixture.git("commit-tree", tree, "-m", "wide")))
        let repository = try GitRepository.open(bare: fixture.work + "/.git")
        let limits = CheckoutLimits(nameBytes: 500_000)
        let error = #expect(throws: GitError.self) { try repository.files(of: commit, limits: limits) }
        #expect(error?.code == .tooLarge)
        #expect(error?.message == "the names of the commit's files have more than 500000 bytes")
        #expect(try repository.files(of: commit).isEmpty)
    }

    @Test("files larger than the limits are refused")
    func sizeLimits() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let commit = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        let repository = try GitRepository.open(bare: fixture.bare)
        for (name, limits) in [("one", CheckoutLimits(fileBytes: 1_000)), ("all", CheckoutLimits(bytes: 1_000))] {
            let target = try emptyDirectory(name)
            let error = #expect(throws: GitError.self) { try repository.checkout(commit, to: target, limits: limits) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test("a missing commit, a missing blob and a full directory are told apart")
    func failures() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let commit = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        let repository = try GitRepository.open(bare: fixture.bare)
        let target = try emptyDirectory("ours")
        let missing = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        #expect(throws: GitError.self) { try repository.checkout(missing, to: target) }
        try repository.checkout(commit, to: target)
        let exists = #expect(throws: GitError.self) { try repository.checkout(commit, to: target) }
        #expect(exists?.code == .fileSystem)
        let absent = #expect(throws: GitError.self) { try repository.checkout(commit, to: target + "/none") }
        #expect(absent?.code == .fileSystem)
        let blob = try fixture.git("rev-parse", "HEAD:run.sh")
        try FileManager.default.removeItem(atPath: "\(fixture.bare)/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
        let fresh = try GitRepository.open(bare: fixture.bare)
        let lost = #expect(throws: GitError.self) { try fresh.checkout(commit, to: try emptyDirectory("again")) }
        #expect(lost?.code == .notFound)
        #expect(lost?.path == "run.sh")
    }

    // MARK: - Steps

    private func emptyDirectory(_ name: String) throws -> String {
        let path = "\(ScratchDirectory.path)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func withUnsafeBytesOf(_ id: ObjectID) -> [UInt8] {
        stride(from: 0, to: 40, by: 2).compactMap { UInt8(id.hex.dropFirst($0).prefix(2), radix: 16) }
    }

    /// Checks a commit out beside `git archive`, and compares names, kinds, modes and bytes.
    private func check(_ fixture: GitFixture, _ commit: String) throws -> CheckoutSummary {
        let ours = try emptyDirectory("ours")
        let theirs = try emptyDirectory("theirs")
        let repository = try GitRepository.open(bare: fixture.work + "/.git")
        let summary = try repository.checkout(try #require(ObjectID(hex: commit)), to: ours)
        try fixture.git("archive", "-o", ScratchDirectory.path + "/a.tar", commit)
        let unpacked = try Program.run(
            "tar",
            ["-x", "-f", ScratchDirectory.path + "/a.tar", "-C", theirs],
            environment: GitFixture.environment
        )
        #expect(unpacked.status == 0)
        let list = #"find . -printf '%P %y %l %s\n' | LC_ALL=C sort; find . -type f -perm -100 | sort"#
        let listings = try [ours, theirs].map { directory in
            try Program.run("sh", ["-c", "cd \"$1\" && \(list)", "sh", directory], environment: GitFixture.environment)
        }
        #expect(listings[0].output.contains("run.sh"))
        // The sizes of directories depend on the order in which names were made.
        let lines = listings.map { $0.output.split(separator: "\n").filter { !$0.contains(" d ") } }
        #expect(lines[0] == lines[1])
        let difference = try Program.run(
            "diff",
            ["-r", "--no-dereference", ours, theirs],
            environment: GitFixture.environment
        )
        #expect(difference.status == 0, "\(difference)")
        return summary
    }
}
