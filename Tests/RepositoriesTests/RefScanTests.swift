// SPDX-License-Identifier: Apache-2.0

import Foundation
import Git
import TestSupport
import Testing

@testable import Repositories

@Suite("Ref scans", .scratchDirectory)
struct RefScanTests {
    private static let everything = BranchPatterns(["**"])

    private func scan(
        _ fixture: GitFixture,
        _ patterns: BranchPatterns = everything,
        known: [RefName: ObjectID] = [:]
    ) throws -> RefScan {
        try RefScan.read(fixture.bare, patterns: patterns, known: known)
    }

    @Test("1: branch names with any characters are data")
    func strangeNames() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let known = try scan(fixture).targets
        let names = ["feat/a'b;$(id)", "-x", "ü/日本", "x.lock.y", "a\"b", String(repeating: "n", count: 239)]
        let id = try #require(ObjectID(hex: try fixture.commit()))
        for name in names { #expect(try fixture.push("HEAD:refs/heads/\(name)").status == 0) }
        let changes = try scan(fixture, known: known).changes(since: known, patterns: Self.everything)
        let expected = names.map { "refs/heads/\($0)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(changes == expected.map { RefChange(ref: $0, old: .zero, new: id) })
    }

    @Test(
        "two branches whose names look alike, as one letter can be written in two ways, are two branches",
        arguments: [everything, BranchPatterns(["\u{E9}", "e\u{301}"])]
    )
    func lookalikes(patterns: BranchPatterns) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let names = ["refs/heads/e\u{301}", "refs/heads/\u{E9}"]
        let first = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        let second = try #require(ObjectID(hex: try fixture.commit()))
        let known = try scan(fixture, patterns).targets
        #expect(try fixture.push("HEAD~1:\(names[0])", "HEAD:\(names[1])").status == 0)
        let found = try scan(fixture, patterns, known: known)
        let changes = found.changes(since: known, patterns: patterns)
        #expect(changes.map { Array($0.ref.utf8) } == names.map { Array($0.utf8) })
        #expect(changes.map(\.new) == [first, second])
        #expect(try fixture.push("HEAD:\(names[0])").status == 0)
        let later = try scan(fixture, patterns, known: found.targets).changes(since: found.targets, patterns: patterns)
        #expect(later.map { Array($0.ref.utf8) } == [Array(names[0].utf8)])
    }

    @Test(
        "9: a pipe where a file of git should be is refused, not waited for",
        arguments: ["refs/heads/main", "refs/heads/deep/er", "packed-refs", "HEAD", "config"]
    )
    func pipe(part: String) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let path = "\(fixture.bare)/\(part)"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let error = #expect(throws: GitError.self) { try scan(fixture) }
        #expect(error?.path == path && error?.message.contains("pipe") == true)
        // Only refs that are asked for by name are looked at one by one.
        if part == "refs/heads/main" {
            #expect(try scan(fixture, .standard).unreadable == [part])
        }
    }

    @Test("new, forced and deleted branches in one push are told, ordered by name")
    func oneScan() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let first = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        #expect(try fixture.push("HEAD:refs/heads/gone").status == 0)
        let known = try scan(fixture).targets
        try fixture.git("commit", "-q", "--amend", "-m", "rewritten")
        let second = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        let result = try fixture.push("+HEAD:main", "HEAD:refs/heads/new", ":gone", "HEAD:refs/tags/v1")
        #expect(result.status == 0, "\(result)")
        let changes = try scan(fixture, known: known).changes(since: known, patterns: Self.everything)
        #expect(
            changes == [
                RefChange(ref: "refs/heads/gone", old: first, new: .zero),
                RefChange(ref: "refs/heads/main", old: first, new: second),
                RefChange(ref: "refs/heads/new", old: .zero, new: second),
            ]
        )
    }

    @Test("5: packing refs and collecting garbage change nothing", arguments: [BranchPatterns.standard, everything])
    func packing(patterns: BranchPatterns) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        #expect(try fixture.push("HEAD:model", "HEAD:refs/heads/a/b/c").status == 0)
        let known = try scan(fixture, patterns).targets
        for command in [["pack-refs", "--all", "--prune"], ["gc", "-q", "--prune=now"]] {
            try GitFixture.git(command, in: fixture.bare)
            let scan = try scan(fixture, patterns, known: known)
            #expect(scan.targets == known)
            #expect(scan.changes(since: known, patterns: patterns).isEmpty)
        }
        #expect(try fixture.push(":model").status == 0)
        let after = try scan(fixture, patterns, known: known)
        #expect(after.changes(since: known, patterns: patterns).map(\.ref) == ["refs/heads/model"])
    }

    @Test("refs that are packed while others are read are never taken for deleted")
    func packingMeanwhile() async throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let refs = (0..<50).map { "HEAD:refs/heads/b\($0)" }
        for ref in refs { #expect(try fixture.push(ref).status == 0) }
        let known = try scan(fixture).targets
        #expect(known.count == 51)
        let bare = fixture.bare
        async let packer: Void = {
            for _ in 0..<10 {
                try GitFixture.git(["pack-refs", "--all"], in: bare)
                for ref in known.keys { try GitFixture.git(["update-ref", ref.text, "main", "main"], in: bare) }
            }
        }()
        for _ in 0..<300 {
            let scan = try RefScan.read(bare, patterns: Self.everything, known: known)
            #expect(scan.changes(since: known, patterns: Self.everything).isEmpty)
        }
        try await packer
    }

    @Test("a branch that takes the place of a directory of branches is told with what it replaced")
    func directoryConflict() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let id = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        #expect(try fixture.push("HEAD:refs/heads/topic/one").status == 0)
        let known = try scan(fixture).targets
        #expect(try fixture.push(":topic/one").status == 0)
        #expect(try fixture.push("HEAD:refs/heads/topic").status == 0)
        let changes = try scan(fixture, known: known).changes(since: known, patterns: Self.everything)
        #expect(
            changes == [
                RefChange(ref: "refs/heads/topic", old: .zero, new: id),
                RefChange(ref: "refs/heads/topic/one", old: id, new: .zero),
            ]
        )
    }

    @Test("branches that the patterns do not name are neither new nor gone")
    func patterns() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        #expect(try fixture.push("HEAD:other", "HEAD:refs/heads/release/1").status == 0)
        let known = try scan(fixture).targets
        let narrow = BranchPatterns(["release/*"])
        let scan = try scan(fixture, narrow, known: known)
        #expect(Array(scan.targets.keys) == ["refs/heads/release/1"])
        #expect(scan.changes(since: known, patterns: narrow).isEmpty)
    }

    @Test(
        "9: a ref with garbage in it counts as unchanged until it can be read",
        arguments: [BranchPatterns.standard, everything]
    )
    func garbage(patterns: BranchPatterns) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let known = try scan(fixture, patterns).targets
        let file = URL(fileURLWithPath: fixture.bare + "/refs/heads/main")
        try Data("\0\0\0\0".utf8).write(to: file)
        let scan = try scan(fixture, patterns, known: known)
        #expect(scan.unreadable == ["refs/heads/main"])
        #expect(scan.changes(since: known, patterns: patterns).isEmpty)
    }

    @Test("9: a repository that is gone or damaged is an error, not a repository without refs")
    func missing() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        try FileManager.default.removeItem(atPath: fixture.bare + "/HEAD")
        let error = #expect(throws: GitError.self) { try scan(fixture) }
        #expect(error?.code == .notFound)
    }
}
