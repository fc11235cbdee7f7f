// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Buckets
import Foundation
import TestSupport
import Testing

@Suite("Buckets", .scratchDirectory, .timeLimit(.minutes(40)))
struct BucketTests {
    @Test(
        "names follow S3's rules",
        arguments: [
            ("abc", true), ("my.bucket-1", true), ("codepipeline-us-east-1-000000000000", true), ("ab", false),
            (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false), ("Abc", false),
            ("-abc", false), ("abc-", false), ("a..b", false), ("192.168.1.1", false), ("1.2.3", true), ("a_b", false),
            ("xn--abc", false), ("abc-s3alias", false), ("äbc", false), ("a/b", false), ("", false),
        ]
    )
    func names(name: String, isGood: Bool) throws {
        let store = try BucketFixture.open()
        #expect(BucketFixture.code { try store.create(name, at: 1) } == (isGood ? nil : .invalidBucketName))
        #expect((BucketName.problem(name) == nil) == isGood)
    }

    @Test("buckets are made once, listed, and removed when they are empty")
    func life() throws {
        let store = try BucketFixture.open()
        try store.create("two", isVersioned: false, at: 2)
        try store.create("one", at: 1)
        #expect(BucketFixture.code { try store.create("one", at: 3) } == .bucketAlreadyExists)
        #expect(try store.buckets().map(\.name) == ["one", "two"])
        #expect(try store.buckets().map(\.versioning) == [.enabled, .off])
        #expect(try store.bucket("one")?.createdAt == 1)
        #expect(try store.bucket("three") == nil)
        try store.put("x", as: "key", in: "one")
        try store.remove("key", in: "one", at: 1)
        #expect(BucketFixture.code { try store.remove("one") } == .bucketNotEmpty)
        try store.remove("one", withObjects: true)
        try store.remove("two")
        #expect(BucketFixture.code { try store.remove("two") } == .noSuchBucket)
        #expect(BucketFixture.code { _ = try store.list("two") } == .noSuchBucket)
        #expect(BucketFixture.code { _ = try store.head("key", in: "two") } == .noSuchBucket)
        #expect(BucketFixture.code { _ = try store.versions(in: "two") } == .noSuchBucket)
        #expect(BucketFixture.code { try store.setVersioned("two", true) } == .noSuchBucket)
        #expect(try store.buckets().isEmpty)
    }

    @Test("only its owner may read the file; nothing is made where nothing is to be made")
    func file() throws {
        let artifacts = try ArtifactStore(BucketFixture.artifacts)
        #expect(try BucketStore.existing(path: BucketFixture.path, artifacts: artifacts) == nil)
        #expect(!FileManager.default.fileExists(atPath: BucketFixture.path))
        try BucketFixture.open().create("one", at: 1)
        let mode = try FileManager.default.attributesOfItem(atPath: BucketFixture.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try BucketStore.existing(path: BucketFixture.path, artifacts: artifacts)?.buckets().count == 1)
        try Data("something else, long enough to be read as a file's first page".utf8)
            .write(to: URL(fileURLWithPath: "\(BucketFixture.path).other"))
        #expect(
            BucketFixture.code {
                _ = try BucketStore.open(path: "\(BucketFixture.path).other", artifacts: artifacts)
            } == .damaged
        )
    }

    @Test("writers at once lose nothing")
    func concurrent() async throws {
        let (path, artifacts) = (BucketFixture.path, BucketFixture.artifacts)
        let folder = ScratchDirectory.path
        // The making of the store is part of it.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let store = try BucketStore.open(path: path, artifacts: try ArtifactStore(artifacts))
                    _ = try? store.create("bucket", at: 1)
                    for index in 0..<10 {
                        let file = "\(folder)/\(writer)-\(index)"
                        try Data("\(writer)-\(index)".utf8).write(to: URL(fileURLWithPath: file))
                        try store.put(fileAt: file, as: "key", in: "bucket", at: 1)
                    }
                }
            }
            try await group.waitForAll()
        }
        let store = try BucketFixture.open()
        let versions = try store.versions(in: "bucket")
        #expect(versions.count == 40)
        #expect(versions.count { $0.isLatest } == 1)
        #expect(versions.first?.isLatest == true)
        #expect(Set(versions.compactMap(\.content?.digest)).count == 40)
        #expect(try store.changes(since: 0).map(\.sequence) == Array(1...40))
    }

    @Test("17: a newer schema of buckets.db is refused, named, and left as it is")
    func newerSchema() throws {
        _ = try BucketFixture.open()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: BucketFixture.path))
        // `user_version`, big-endian: https://www.sqlite.org/fileformat2.html
        try file.seek(toOffset: 60)
        try file.write(contentsOf: Data([0, 0, 0, 99]))
        try file.close()
        let before = try #require(FileManager.default.contents(atPath: BucketFixture.path))
        let error = #expect(throws: BucketError.self) { _ = try BucketFixture.open() }
        #expect(error?.code == .newerSchema)
        #expect(
            error?.message
                == "\(BucketFixture.path) was written by a newer version of Nacre. Nothing was changed. Run that version, or restore "
                + "a backup from before the upgrade."
        )
        #expect(FileManager.default.contents(atPath: BucketFixture.path) == before)
    }
}
