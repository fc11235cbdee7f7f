// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Builds
import Control
import Digests
import Files
import Foundation
import JSON
import Journals
import TestSupport
import Testing
import WireWords

@testable import Daemon

@Suite("Taking up what a build has left", .scratchDirectory, .timeLimit(.minutes(40)))
struct BuildCollectorTests {
    private let home = Home(path: "\(ScratchDirectory.path)/home")
    private let id = BuildID.make(project: "app")
    private let collector: BuildCollector
    private var folder: BuildFolder { home.build(id) }
    private var victim: String { "\(ScratchDirectory.path)/home/nacre.db" }

    init() throws {
        try Folder.make(home.build(id).artifacts)
        collector = BuildCollector(home: home, artifacts: try ArtifactStore(home.artifacts))
        try AtomicFile.write(Array("the journal".utf8), to: "\(ScratchDirectory.path)/home/nacre.db")
    }

    private func blank() -> Build {
        let source = BuildRequest.Source(directory: "/", type: "NO_SOURCE")
        let request = BuildRequest(id: id, number: 1, initiator: "me", source: source, at: .now())
        return Build(request, folder: folder)
    }

    /// Writes a result with one artifact, and takes it up.
    private func collect(
        _ location: String,
        identifier: String? = nil,
        sumOf text: String,
        isDoubtful: Bool = true
    ) throws -> BuildCollector.Collected {
        var build = blank()
        var made = Build.Artifacts(location: location, artifactIdentifier: identifier)
        made.sha256sum = SHA256Digest(of: Array(text.utf8)).hex
        made.size = .max
        if identifier == nil { build.artifacts = made } else { build.secondaryArtifacts = [made] }
        build.end(.succeeded, at: .now())
        try AtomicFile.write(JSONText.encode(build), to: folder.result)
        return try collector.collect(id, otherwise: blank(), isDoubtful: isDoubtful)
    }

    private func isVictimWhole() throws -> Bool {
        let mode = try FileManager.default.attributesOfItem(atPath: victim)[.posixPermissions] as? Int
        return try ForeignFile.read(victim, limit: 100) == Array("the journal".utf8) && mode.map { $0 & 0o200 } == 0o200
    }

    @Test("a result that names a file of somebody else's as its artifact gets it neither moved nor locked")
    func foreignLocation() throws {
        let collected = try collect(victim, sumOf: "the journal")
        #expect(collected.build.buildStatus == .fault)
        #expect(try isVictimWhole())
    }

    @Test(
        "a secondary artifact whose identifier is a path is refused",
        arguments: ["../../../nacre.db", "a/b", "", "..", "/etc/passwd"]
    )
    func foreignIdentifier(identifier: String) throws {
        #expect(try collect("x", identifier: identifier, sumOf: "the journal").build.buildStatus == .fault)
        #expect(try isVictimWhole())
    }

    @Test("a zip that has become a link or a pipe is not taken", arguments: ["ln -s ../../../nacre.db", "mkfifo"])
    func swappedZip(command: String) throws {
        let code = unsafe system("\(command) '\(folder.artifact())'")
        #expect(code == 0)
        for isDoubtful in [true, false] {
            let collected = try collect(folder.artifact(), sumOf: "the journal", isDoubtful: isDoubtful)
            #expect(collected.build.buildStatus == .fault)
        }
        #expect(try isVictimWhole())
    }

    @Test("zips beyond a link in place of their folder are not taken")
    func swappedFolder() throws {
        try Folder.remove(folder.artifacts)
        try FileManager.default.createSymbolicLink(atPath: folder.artifacts, withDestinationPath: "\(home.path)/other")
        try Folder.make("\(home.path)/other")
        try AtomicFile.write([1], to: "\(home.path)/other/artifacts.zip")
        try AtomicFile.write([1], to: "\(home.path)/other/a.tmp")
        #expect(try collect(folder.artifact(), sumOf: "\u{1}").build.buildStatus == .fault)
        collector.cleanUp(id)
        #expect(FileManager.default.fileExists(atPath: "\(home.path)/other/artifacts.zip"))
        #expect(FileManager.default.fileExists(atPath: "\(home.path)/other/a.tmp"))
    }

    @Test("the zip of an isolated build is compared with its sum, and its size is the file's own")
    func honest() throws {
        try AtomicFile.write(Array("zip".utf8), to: folder.artifact())
        #expect(try collect(folder.artifact(), sumOf: "other").build.buildStatus == .fault)
        let collected = try collect(folder.artifact(), sumOf: "zip")
        #expect(collected.build.buildStatus == .succeeded)
        #expect(collected.build.artifacts.size == 3)
        #expect(collected.files?.artifacts.map(\.size) == [3])
    }

    @Test("a result that is another build's is none")
    func anotherBuild() throws {
        var build = blank()
        build.id = BuildID.make(project: "other").description
        build.end(.succeeded, at: .now())
        try AtomicFile.write(JSONText.encode(build), to: folder.result)
        #expect(try collector.collect(id, otherwise: blank(), isDoubtful: false).build.buildStatus == .fault)
    }
}
