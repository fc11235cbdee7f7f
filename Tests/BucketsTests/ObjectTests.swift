// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Buckets
import Digests
import Files
import Foundation
import TestSupport
import Testing

@Suite("Objects in buckets", .scratchDirectory, .timeLimit(.minutes(40)))
struct ObjectTests {
    private func store(isVersioned: Bool = true) throws -> BucketStore {
        let store = try BucketFixture.open()
        try store.create("bucket", isVersioned: isVersioned, at: 1)
        return store
    }

    @Test("an object has MD5, SHA-256, size, type and metadata, and comes back as it was")
    func put() throws {
        let store = try store()
        let object = try store.put(
            "hello\n",
            as: "a/b.json",
            options: PutOptions(metadata: ["CodePipeline-Artifact-Revision-Summary": "first"]),
            at: 7
        )
        #expect(object.content.etag == "\"b1946ac92492d2347c6235b4d2611184\"")
        #expect(object.content.digest == SHA256Digest(of: Array("hello\n".utf8)))
        #expect(object.content.size == 6)
        #expect(object.content.contentType == "application/json")
        #expect(object.content.metadata == ["codepipeline-artifact-revision-summary": "first"])
        #expect(object.versionID.utf8.count == 32)
        #expect(object.modifiedAt == 7)
        #expect(try store.head("a/b.json", in: "bucket") == object)
        #expect(try store.text(object) == "hello\n")
    }

    @Test("large and empty objects have the right sums")
    func sizes() throws {
        let store = try store()
        #expect(try store.put("", as: "empty").content.etag == "\"d41d8cd98f00b204e9800998ecf8427e\"")
        let path = "\(ScratchDirectory.path)/large"
        let bytes = (0..<2_500_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let object = try store.put(fileAt: path, as: "large", in: "bucket", at: 1)
        let md5 = try Program.run("md5sum", [path], environment: Program.path).output.prefix(32)
        #expect(object.content.etag == "\"\(md5)\"")
        #expect(object.content.digest == SHA256Digest(of: bytes))
        #expect(try store.open(object).readToEnd() == bytes)
        // A pipe gives less at a time.
        let (reading, writing) = try Descriptor.pipe()
        let writer = Thread {
            let output = Descriptor(owning: writing)
            try? output.writeAll(bytes)
        }
        writer.start()
        let piped = try store.put(Descriptor(owning: reading), as: "piped", in: "bucket", at: 1)
        #expect(piped.content == object.content)
    }

    @Test("puts make versions; removing makes a delete marker; removing that brings the object back")
    func versions() throws {
        let store = try store()
        let first = try store.put("1", as: "key", at: 1)
        let second = try store.put("2", as: "key", at: 2)
        #expect(first.versionID != second.versionID)
        #expect(try store.text(try store.head("key", version: first.versionID, in: "bucket")) == "1")
        let marker = try store.remove("key", in: "bucket", at: 3)
        #expect(marker.isDeleteMarker)
        #expect(BucketFixture.code { _ = try store.head("key", in: "bucket") } == .noSuchKey)
        #expect(BucketFixture.code { try store.remove("key", in: "bucket", at: 4) } == .noSuchKey)
        #expect(
            BucketFixture.code { _ = try store.head("key", version: marker.versionID, in: "bucket") }
                == .methodNotAllowed
        )
        #expect(try store.list("bucket").objects.isEmpty)
        let versions = try store.versions(in: "bucket")
        #expect(versions.map(\.versionID) == [marker, second.version, first.version].map(\.versionID))
        #expect(versions.map(\.isLatest) == [true, false, false])
        try store.remove("key", version: marker.versionID, in: "bucket", at: 5)
        #expect(try store.text(try store.head("key", in: "bucket")) == "2")
        try store.remove("key", version: second.versionID, in: "bucket", at: 6)
        #expect(try store.head("key", in: "bucket").versionID == first.versionID)
        try store.remove("key", version: first.versionID, in: "bucket", at: 7)
        #expect(BucketFixture.code { _ = try store.head("key", in: "bucket") } == .noSuchKey)
        #expect(BucketFixture.code { try store.remove("key", version: "x", in: "bucket", at: 8) } == .noSuchKey)
    }

    @Test("without versions a put replaces and a removal is one")
    func unversioned() throws {
        let store = try store(isVersioned: false)
        try store.put("1", as: "key")
        #expect(try store.put("2", as: "key").versionID == "null")
        #expect(try store.versions(in: "bucket").count == 1)
        #expect(try store.text(try store.head("key", in: "bucket")) == "2")
        #expect(try store.remove("key", in: "bucket", at: 1).versionID == "null")
        #expect(try store.versions(in: "bucket").isEmpty)
    }

    @Test("suspended versions stay, and only the version null is replaced")
    func suspended() throws {
        let store = try store()
        let first = try store.put("1", as: "key")
        try store.setVersioned("bucket", false)
        #expect(try store.bucket("bucket")?.versioning == .suspended)
        try store.put("2", as: "key")
        try store.put("3", as: "key")
        #expect(try store.versions(in: "bucket").map(\.versionID) == ["null", first.versionID])
        #expect(try store.remove("key", in: "bucket", at: 1).isDeleteMarker)
        #expect(try store.versions(in: "bucket").map(\.isDeleteMarker) == [true, false])
        try store.setVersioned("bucket", true)
        #expect(try store.put("4", as: "key").versionID.utf8.count == 32)
        #expect(try store.versions(in: "bucket").count == 3)
    }

    @Test("a put of what is there already makes no version where that is wanted")
    func skipping() throws {
        let store = try store()
        let first = try store.put("1", as: "key", options: PutOptions(metadata: ["order": "a"], skipsEqual: true))
        #expect(try store.put("1", as: "key", options: PutOptions(metadata: ["order": "a"], skipsEqual: true)) == first)
        #expect(try store.put("1", as: "key", options: PutOptions(metadata: ["order": "b"], skipsEqual: true)) != first)
        #expect(try store.put("1", as: "key").versionID != first.versionID)
        #expect(try store.versions(in: "bucket").count == 3)
        #expect(BucketFixture.storedFiles().count == 1)
    }

    @Test("bytes of the store of artifacts become an object without a copy")
    func artifact() throws {
        let store = try store()
        let object = try store.put("model", as: "a")
        let again = try store.put(artifact: object.content.digest, as: "b", in: "bucket", at: 2)
        #expect(again.content.etag == object.content.etag && again.content.size == 5)
        let other = SHA256Digest(of: [1])
        #expect(BucketFixture.code { try store.put(artifact: other, as: "c", in: "bucket", at: 2) } == .damaged)
        #expect(BucketFixture.code { _ = try store.head("c", in: "bucket") } == .noSuchKey)
    }

    @Test("damaged bytes are never given out, and a further put of them mends them")
    func damaged() throws {
        let store = try store()
        let object = try store.put("model", as: "key")
        let path = try ArtifactStore(BucketFixture.artifacts).path(for: object.content.digest)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try Data("mudel".utf8).write(to: URL(fileURLWithPath: path))
        #expect(BucketFixture.code { _ = try store.open(object).readToEnd() } == .damaged)
        let target = "\(ScratchDirectory.path)/target"
        #expect(BucketFixture.code { try store.write(object, to: target) } == .damaged)
        #expect(BucketFixture.text(target) == nil)
        try store.put("model", as: "other")
        #expect(try store.text(object) == "model")
    }

    @Test("a put that fails leaves nothing")
    func failing() throws {
        let store = try store()
        #expect(BucketFixture.code { try store.put(fileAt: "/nowhere", as: "k", in: "bucket", at: 1) } == .inaccessible)
        let folder = ScratchDirectory.path
        #expect(BucketFixture.code { try store.put(fileAt: folder, as: "k", in: "bucket", at: 1) } == .inaccessible)
        // A directory's descriptor cannot be read.
        #expect(
            BucketFixture.code { try store.put(try Descriptor.open(folder, O_RDONLY), as: "k", in: "bucket", at: 1) }
                == .inaccessible
        )
        #expect(BucketFixture.code { try store.put("a", as: "k", in: "none") } == .noSuchBucket)
        #expect(BucketFixture.storedFiles().isEmpty)
        #expect(try store.changes(since: 0).isEmpty)
    }

    @Test(
        "what S3 refuses is refused",
        arguments: [
            ("", [:], BucketError.Code.invalidArgument), (String(repeating: "ä", count: 513), [:], .keyTooLong),
            ("a\0b", [:], .invalidArgument), ("k", ["a b": "c"], .invalidArgument),
            ("k", ["a": "b\nc"], .invalidArgument),
            ("k", ["a": String(repeating: "b", count: 2048)], .metadataTooLarge),
        ] as [(String, [String: String], BucketError.Code)]
    )
    func refused(key: String, metadata: [String: String], code: BucketError.Code) throws {
        let store = try store()
        #expect(BucketFixture.code { try store.put("a", as: key, options: PutOptions(metadata: metadata)) } == code)
    }

    @Test("keys are told apart by their bytes, and may look like paths")
    func keys() throws {
        let store = try store()
        let keys = [
            "../../etc/passwd", "/a", "a//b", "cafe\u{301}", "caf\u{e9}", "ä b\n'\"",
            String(repeating: "k", count: 1024),
        ]
        for key in keys { try store.put(key, as: key) }
        for key in keys { #expect(try store.text(try store.head(key, in: "bucket")) == key) }
        #expect(
            try store.list("bucket").objects.map { Array($0.key.utf8) }
                == keys.map { Array($0.utf8) }.sorted {
                    $0.lexicographicallyPrecedes($1)
                }
        )
    }

    @Test("changes are told in order, from any point on")
    func changes() throws {
        let store = try store()
        let first = try store.put("1", as: "key", at: 1)
        let known = try store.lastSequence()
        let second = try store.put("22", as: "key", at: 2)
        try store.remove("key", version: first.versionID, in: "bucket", at: 3)
        try store.remove("key", in: "bucket", at: 4)
        let changes = try store.changes(since: known)
        // The removal of an earlier version changes nothing that is read.
        #expect(changes.map(\.kind) == [.created, .deleted])
        #expect(changes.first?.versionID == second.versionID)
        #expect(changes.first?.size == 2)
        #expect(changes.first?.etag == second.content.etag)
        #expect(changes.map(\.at) == [2, 4])
        #expect(try store.changes(since: 0).count == 3)
        #expect(try store.changes(since: 0, limit: 1).map(\.sequence) == [known])
        #expect(try store.changes(since: try store.lastSequence()).isEmpty)
    }

    @Test("a beginning stays what it was at first")
    func beginnings() throws {
        let store = try store()
        #expect(try store.beginning(of: "order", at: 5) == 5)
        #expect(try store.beginning(of: "order", at: 9) == 5)
        #expect(try BucketFixture.open().beginning(of: "other", at: 9) == 9)
    }
}
