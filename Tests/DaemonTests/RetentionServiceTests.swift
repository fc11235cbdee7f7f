// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Builds
import Control
import Digests
import Environments
import Files
import Foundation
import Journals
import Retention
import TestSupport
import Testing
import WireWords

@testable import Daemon

@Suite("Retention in the daemon", .scratchDirectory, .timeLimit(.minutes(40)))
struct RetentionServiceTests {
    private let home: Home
    private let journal: JournalStore
    private let artifacts: ArtifactStore

    init() throws {
        home = Home(path: "\(ScratchDirectory.path)/home")
        try FileManager.default.createDirectory(atPath: home.builds, withIntermediateDirectories: true)
        journal = try JournalStore(home)
        artifacts = try ArtifactStore(home.artifacts)
    }

    private func service(_ policy: RetentionPolicy, reserve: Int64 = 0) -> RetentionService {
        RetentionService(
            RetentionService.Parts(
                home: home,
                journal: journal,
                artifacts: artifacts,
                rules: RetentionRules(overall: policy),
                reserveBytes: reserve,
                log: DaemonLog { _ in }
            )
        )
    }

    /// A build that is over, with a log and an artifact of these bytes.
    @discardableResult
    private func build(
        _ project: String = "app",
        _ status: BuildStatus = .failed,
        artifact: String? = nil,
        isOver: Bool = true
    ) async throws -> BuildID {
        let id = BuildID.make(project: project)
        let folder = home.build(id)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try Data(repeating: 120, count: 10_000).write(to: URL(fileURLWithPath: folder.log))
        var kept: [KeptFiles.Artifact] = []
        if let artifact {
            let path = "\(ScratchDirectory.path)/\(UUID().uuidString)"
            try Data(artifact.utf8).write(to: URL(fileURLWithPath: path))
            let digest = SHA256Digest(of: Array(artifact.utf8))
            try artifacts.add(fileAt: path, digest: digest)
            kept = [KeptFiles.Artifact(digest: digest.hex, size: Int64(artifact.utf8.count))]
        }
        let now = Timestamp.now().milliseconds
        let files = KeptFiles(bytes: folder.keptBytes, artifacts: kept, at: now)
        let draft = BuildDraft(id: id, repository: nil, ref: "refs/heads/main", commit: "", initiator: "test")
        try await journal.use { journal throws(JournalError) in
            _ = try journal.enqueueAction(draft, at: now)
            _ = try journal.start(id, at: now)
            if isOver { _ = try journal.finish(id, status, files: files, at: now) }
        }
        return id
    }

    private func isStored(_ text: String) -> Bool { artifacts.contains(SHA256Digest(of: Array(text.utf8))) }
    private func hasLog(_ id: BuildID) -> Bool { FileManager.default.fileExists(atPath: home.build(id).log) }

    private func record(_ id: BuildID) async throws -> BuildRecord? {
        try await journal.use { journal throws(JournalError) in try journal.build(id) }
    }

    @Test("builds beyond the count go with log and artifact; the latest success and what runs stay")
    func count() async throws {
        let good = try await build("app", .succeeded, artifact: "good")
        let old = try await build(artifact: "old")
        let shared = try await build(artifact: "shared")
        let new = try await build(artifact: "shared")
        let running = try await build(isOver: false)
        let report = try await service(RetentionPolicy(count: 1)).collect(isDryRun: false, project: nil)
        #expect(report.items.map(\.name) == ["app#2", "app#3"])
        #expect(report.kept.map(\.reason) == [.unfinished, .latestSuccess, .policy])
        #expect(report.problems.isEmpty)
        for id in [good, new, running] {
            #expect(hasLog(id))
            #expect(try await record(id) != nil)
        }
        for id in [old, shared] {
            #expect(!FileManager.default.fileExists(atPath: home.build(id).path))
            #expect(try await record(id) == nil)
        }
        #expect(isStored("good"))
        #expect(isStored("shared"))
        #expect(!isStored("old"))
        #expect(report.bytes > 20_000)
    }

    @Test("a dry run tells the same and removes nothing")
    func dryRun() async throws {
        let first = try await build(artifact: "a")
        try await build()
        let service = service(RetentionPolicy(count: 1))
        let dry = try await service.collect(isDryRun: true, project: nil)
        #expect(hasLog(first) && isStored("a"))
        let done = try await service.collect(isDryRun: false, project: nil)
        #expect(dry.items == done.items)
        #expect(dry.kept == done.kept)
        #expect(dry.bytes == done.bytes)
        #expect(try await service.collect(isDryRun: false, project: nil).items.isEmpty)
    }

    @Test("too many bytes take the files and leave the row, which says when and why")
    func bytes() async throws {
        let first = try await build(artifact: "a")
        let second = try await build()
        let report = try await service(RetentionPolicy(bytes: 15_000)).collect(isDryRun: false, project: nil)
        #expect(report.items.map(\.name) == ["app#1"])
        #expect(!hasLog(first) && hasLog(second) && !isStored("a"))
        let removal = try await journal.use { journal throws(JournalError) in try journal.removal(ofBuild: first) }
        let sentence = ControlSession.removal(try #require(removal)).sentence("its log was")
        #expect(sentence.hasPrefix("its log was removed on 20"))
        #expect(sentence.hasSuffix(" by retention, as all together had more than `bytes`"))
        #expect(try await record(first)?.status == .failed)
    }

    @Test("the artifact of a version that an environment has stays when its build goes")
    func deployed() async throws {
        let environments = EnvironmentStore(home.environments)
        _ = try environments.create(EnvironmentSpecification(name: "live", application: "app"))
        try await build(artifact: "a")
        try await build()
        var provenance = DeploymentProvenance()
        provenance.artifactDigest = SHA256Digest(of: Array("a".utf8)).hex
        let version = EnvironmentVersion(label: "v1", request: "r", provenance: provenance, createdAt: 1)
        try environments.addVersion(version, to: "live") { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        }
        let report = try await service(RetentionPolicy(count: 1)).collect(isDryRun: false, project: nil)
        #expect(report.items.map(\.name) == ["app#1"] && isStored("a"))
    }

    @Test("while an environment's version cannot be read nothing is removed, as it may be what it serves")
    func damagedVersion() async throws {
        let environments = EnvironmentStore(home.environments)
        _ = try environments.create(EnvironmentSpecification(name: "live", application: "app"))
        let first = try await build(artifact: "a")
        try await build()
        let record = environments.folder("live").versionRecord("v1")
        try Data().write(to: URL(fileURLWithPath: record))
        let service = service(RetentionPolicy(count: 1))
        let error = await #expect(throws: ControlFailure.self) {
            try await service.collect(isDryRun: false, project: nil)
        }
        #expect(error?.message.hasPrefix("\(record) is damaged: ") ?? false)
        #expect(hasLog(first) && isStored("a"))
        try FileManager.default.removeItem(atPath: record)
        #expect(try await service.collect(isDryRun: false, project: nil).items.map(\.name) == ["app#1"])
    }

    @Test("only what is of a project goes where one is named, and an unknown one is refused")
    func project() async throws {
        for project in ["app", "model"] { for _ in 0..<2 { try await build(project) } }
        let service = service(RetentionPolicy(count: 1))
        let report = try await service.collect(isDryRun: false, project: "model")
        #expect(report.items.map(\.name) == ["model#1"])
        let failure = await #expect(throws: ControlFailure.self) {
            try await service.collect(isDryRun: true, project: "none")
        }
        #expect(failure?.code == .notFound)
    }

    @Test("what a crash has left between mark and row is finished by the next collection")
    func crash() async throws {
        let id = try await build(artifact: "a")
        try await build()
        try await journal.use { journal throws(JournalError) in
            _ = try journal.mark(builds: [FateMark(seq: 1, isWhole: true, reason: "count")], at: 5)
        }
        #expect(hasLog(id))
        _ = try await service(RetentionPolicy()).collect(isDryRun: false, project: nil)
        #expect(!hasLog(id))
        #expect(!isStored("a"))
        #expect(try await record(id) == nil)
    }

    @Test("an artifact that was brought again after its last use stays")
    func broughtAgain() async throws {
        try await build(artifact: "a")
        try await build()
        #expect(artifacts.renew(SHA256Digest(of: Array("a".utf8))))
        // As if the next build, which uses it too, had not been journalled yet.
        let future = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: 10)]
        let path = artifacts.path(for: SHA256Digest(of: Array("a".utf8)))
        try FileManager.default.setAttributes(future, ofItemAtPath: path)
        _ = try await service(RetentionPolicy(count: 1)).collect(isDryRun: false, project: nil)
        #expect(isStored("a"))
    }

    @Test("what nothing knows of goes after a day, and not before")
    func strays() async throws {
        let folders = (0..<2).map { _ in "\(home.builds)/\(UUID().uuidString.lowercased())" }
        let texts = ["fresh", "stale"]
        for (folder, text) in zip(folders, texts) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = "\(ScratchDirectory.path)/\(text)"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            try artifacts.add(fileAt: path, digest: SHA256Digest(of: Array(text.utf8)))
        }
        let past = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -90_000)]
        try FileManager.default.setAttributes(past, ofItemAtPath: folders[1])
        let stale = artifacts.path(for: SHA256Digest(of: Array("stale".utf8)))
        try FileManager.default.setAttributes(past, ofItemAtPath: stale)
        let report = try await service(RetentionPolicy()).collect(isDryRun: false, project: nil)
        #expect(Set(report.others.map(\.kind)) == [.artifacts, .buildFolders])
        #expect(FileManager.default.fileExists(atPath: folders[0]))
        #expect(!FileManager.default.fileExists(atPath: folders[1]))
        #expect(isStored("fresh") && !isStored("stale"))
    }

    @Test("builds that an older journal does not know stay, and so does what they made")
    func unknown() async throws {
        let folder = home.build(BuildID.make(project: "app"))
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try Data("said".utf8).write(to: URL(fileURLWithPath: folder.log))
        let path = "\(ScratchDirectory.path)/made"
        try Data("made".utf8).write(to: URL(fileURLWithPath: path))
        let digest = SHA256Digest(of: Array("made".utf8))
        try artifacts.add(fileAt: path, digest: digest)
        let past = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -90_000)]
        for path in [folder.path, artifacts.path(for: digest)] {
            try FileManager.default.setAttributes(past, ofItemAtPath: path)
        }
        for isDryRun in [true, false] {
            let report = try await service(RetentionPolicy()).collect(isDryRun: isDryRun, project: nil)
            #expect(report.others.isEmpty)
            #expect(report.problems.count == 1 && report.problems[0].contains(folder.path), "\(report.problems)")
            #expect(FileManager.default.fileExists(atPath: folder.log))
            #expect(isStored("made"))
        }
    }

    @Test("it collects by itself when a rule asks for it, and makes its reserve")
    func byItself() async throws {
        let first = try await build()
        try await build()
        let service = service(RetentionPolicy(count: 1), reserve: 4096)
        let running = Task { await service.run() }
        defer { running.cancel() }
        try await soon("the first build is gone") { try await record(first) == nil }
        try await soon("the reserve is there") { FileManager.default.fileExists(atPath: home.reserve) }
        #expect(DiskReserve(home: home, wantedBytes: 4096).presentBytes == 4096)
    }

    @Test("another reserve holds as soon as it is wanted, and none where none is")
    func reserveOfAnotherSize() async throws {
        let service = service(RetentionPolicy(), reserve: 4096)
        for bytes in [65_536, 8192, 0, 4096] as [Int64] {
            await service.set(RetentionRules(overall: RetentionPolicy()), reserveBytes: bytes)
            #expect(DiskReserve(home: home, wantedBytes: bytes).presentBytes == (bytes > 0 ? bytes : nil))
        }
    }

    @Test("a reserve that a crash has left half made is given away, too")
    func halfMadeReserve() throws {
        let reserve = DiskReserve(home: home, wantedBytes: 4096)
        try Data(count: 4096).write(to: URL(fileURLWithPath: "\(home.reserve).new"))
        #expect(reserve.release())
        #expect(!FileManager.default.fileExists(atPath: "\(home.reserve).new"))
        #expect(!reserve.release())
        #expect(reserve.adjust() == 4096)
        #expect(reserve.adjust() == nil)
        #expect(reserve.presentBytes == 4096)
    }

    @Test("a hundred queued builds take away nothing of what was built")
    func burst() async throws {
        let built = [try await build(artifact: "a"), try await build(artifact: "b")]
        for _ in 0..<100 { try await build(isOver: false) }
        let service = service(RetentionPolicy(count: 2))
        #expect(try await service.collect(isDryRun: false, project: nil).items.isEmpty)
        for id in built { #expect(hasLog(id)) }
    }

    @Test("a failed build that somebody is in stays with all that it has, until they leave")
    func debugged() async throws {
        let id = try await build(artifact: "a")
        try await build()
        let service = service(RetentionPolicy(count: 1, bytes: 0))
        let lock = try FileLock.take(home.build(id).lock)
        let report = try await service.collect(isDryRun: true, project: nil)
        #expect(report.kept.map(\.reason) == [.debug])
        #expect(report.items.map(\.name) == ["app#2"])
        _ = consume lock
        #expect(try await service.collect(isDryRun: true, project: nil).items.map(\.name) == ["app#1", "app#2"])
    }
}
