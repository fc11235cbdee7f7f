// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Digests
import Files
import Foundation
import TestSupport
import Testing

@Suite("Artifact store", .scratchDirectory)
struct ArtifactStoreTests {
    private func store() throws -> ArtifactStore {
        try ArtifactStore(ScratchDirectory.path + "/artifacts")
    }

    private func file(_ text: String, in folder: String = ScratchDirectory.path) throws -> (String, SHA256Digest) {
        let path = "\(folder)/nacre-store-test-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(filePath: path))
        return (path, SHA256Digest(of: Array(text.utf8)))
    }

    @Test("bytes lie under their sum and come back")
    func roundTrip() throws {
        let store = try store()
        let (path, digest) = try file("content")
        #expect(!store.contains(digest))
        try store.add(fileAt: path, digest: digest)
        #expect(store.contains(digest))
        #expect(store.path(for: digest) == "\(store.root)/\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2))")
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try store.openVerified(digest).readToEnd() == Array("content".utf8))
    }

    @Test("adding the same bytes again changes nothing and removes the file")
    func idempotent() throws {
        let store = try store()
        let (first, digest) = try file("content")
        try store.add(fileAt: first, digest: digest)
        let (second, _) = try file("content")
        try store.add(fileAt: second, digest: digest)
        #expect(!FileManager.default.fileExists(atPath: second))
        #expect(try store.openVerified(digest).readToEnd() == Array("content".utf8))
    }

    @Test("damaged bytes are never handed out; both sums are named")
    func damaged() throws {
        let store = try store()
        let (path, digest) = try file("content")
        try store.add(fileAt: path, digest: digest)
        let stored = store.path(for: digest)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: stored)
        try Data("Content".utf8).write(to: URL(filePath: stored))
        let error = try #require(throws: ArtifactError.self) { _ = try store.openVerified(digest) }
        #expect(error.code == .digestMismatch)
        #expect(error.message.contains(digest.hex))
        #expect(error.message.contains(SHA256Digest(of: Array("Content".utf8)).hex))
    }

    @Test("a truncated leftover of the same name is replaced")
    func truncated() throws {
        let store = try store()
        let (path, digest) = try file("content")
        let target = URL(filePath: store.path(for: digest))
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data("con".utf8).write(to: target)
        try store.add(fileAt: path, digest: digest)
        #expect(try store.openVerified(digest).readToEnd() == Array("content".utf8))
    }

    @Test("what is not there is said not to be there")
    func missing() throws {
        let digest = SHA256Digest(of: [])
        let store = try store()
        let error = try #require(throws: ArtifactError.self) { _ = try store.openVerified(digest) }
        #expect(error.code == .notFound && error.message.contains(digest.hex))
    }

    /// The scratch folder is on `/dev/shm`, `/tmp` mostly is not.
    @Test("a file from another file system is copied, checked and removed")
    func otherFileSystem() throws {
        let store = try store()
        let (path, digest) = try file("content", in: "/tmp")
        try store.add(fileAt: path, digest: digest)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try store.openVerified(digest).readToEnd() == Array("content".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.root + "/incoming") == [])
    }

    @Test("what a crash left half-written is removed when the store is opened")
    func abandoned() throws {
        let store = try store()
        try Data("half".utf8).write(to: URL(filePath: store.root + "/incoming/left"))
        _ = try ArtifactStore(store.root)
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.root + "/incoming") == [])
    }

    // MARK: - Files that a build has put there

    @Test("a link in place of a zip is not taken, and what it leads to stays as it is")
    func link() throws {
        let store = try store()
        let (victim, digest) = try file("the journal")
        let path = "\(ScratchDirectory.path)/artifacts.zip"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: victim)
        for isDoubtful in [false, true] {
            #expect(throws: ArtifactError.self) {
                try store.add(fileAt: path, digest: digest, isDoubtful: isDoubtful)
            }
        }
        #expect(!store.contains(digest))
        let mode = try FileManager.default.attributesOfItem(atPath: victim)[.posixPermissions] as? Int
        #expect(mode.map { $0 & 0o200 } == 0o200)
    }

    @Test("a pipe in place of a zip is refused and not waited for")
    func pipe() throws {
        let path = "\(ScratchDirectory.path)/artifacts.zip"
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(throws: ArtifactError.self) { try store().add(fileAt: path, digest: SHA256Digest(of: [])) }
    }

    @Test("whole bytes never give way to a file of another size that claims their sum")
    func falseSum() throws {
        let store = try store()
        let (path, digest) = try file("content")
        try store.add(fileAt: path, digest: digest)
        let (other, _) = try file("something else")
        try store.add(fileAt: other, digest: digest)
        #expect(try store.openVerified(digest).readToEnd() == Array("content".utf8))
    }

    @Test("stored bytes that were damaged at their end are replaced by the whole ones, several pieces long")
    func damagedEnd() throws {
        let store = try store()
        let content = String(repeating: "a piece of the content ", count: 100_000)
        let (path, digest) = try file(content)
        try store.add(fileAt: path, digest: digest)
        let stored = store.path(for: digest)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: stored)
        try Data("\(content.dropLast())?".utf8).write(to: URL(filePath: stored))
        try store.add(fileAt: file(content).0, digest: digest)
        #expect(try store.openVerified(digest).readToEnd() == Array(content.utf8))
    }

    @Test("a doubtful file is compared with its sum before it is taken")
    func doubtful() throws {
        let store = try store()
        let digest = SHA256Digest(of: Array("content".utf8))
        let (path, found) = try file("something else")
        let message = "\(path) changed: its SHA-256 is \(found), it was \(digest)"
        #expect(throws: ArtifactError(.digestMismatch, message)) {
            try store.add(fileAt: path, digest: digest, isDoubtful: true)
        }
        #expect(!store.contains(digest))
    }

    @Test("a file with a second name is copied, so that nobody changes stored bytes by that one")
    func secondName() throws {
        let store = try store()
        let (path, digest) = try file("content")
        try FileManager.default.linkItem(atPath: path, toPath: "\(path).kept")
        try store.add(fileAt: path, digest: digest)
        try Data("CONTENT".utf8).write(to: URL(filePath: "\(path).kept"), options: [])
        #expect(try store.openVerified(digest).readToEnd() == Array("content".utf8))
    }
}
