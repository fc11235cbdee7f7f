// SPDX-License-Identifier: Apache-2.0

import Builds
import Files
import Foundation
import JSON
import TestSupport
import Testing
import WireWords

@Suite("Build folders", .scratchDirectory)
struct BuildReaderTests {
    private func folder() throws -> BuildFolder {
        let folder = BuildFolder(path: "\(ScratchDirectory.path)/build")
        try Folder.make(folder.path)
        return folder
    }

    @Test("a folder without events can be started, one with events and without anybody is lost")
    func abandoned() throws {
        let folder = try folder()
        #expect(try BuildReader.standing(of: folder) == .notStarted)
        try AtomicFile.write(Array("{\"kind\":\"build-started\"".utf8), to: folder.events)
        #expect(try BuildReader.standing(of: folder) == .lost)
        #expect(try BuildReader.events(of: folder) == [])
    }

    @Test("what cannot be read at this moment is not taken for what is not there")
    func unreadable() throws {
        // The system refuses to look there.
        let long = BuildFolder(path: "\(ScratchDirectory.path)/\(String(repeating: "x", count: 300))")
        #expect(throws: FileError.self) { try BuildReader.standing(of: long) }
        #expect(throws: FileError.self) { try BuildReader.result(of: long) }
        let folder = try folder()
        try AtomicFile.write([], to: folder.events)
        try AtomicFile.write(Array("{".utf8), to: folder.result)
        #expect(try BuildReader.standing(of: folder) == .lost)
    }

    @Test("a folder whose lock is held runs")
    func running() throws {
        let folder = try folder()
        try AtomicFile.write([], to: folder.events)
        guard let lock = try FileLock.take(folder.lock) else {
            Issue.record("nobody holds it")
            return
        }
        #expect(try BuildReader.standing(of: folder) == .running)
        withExtendedLifetime(lock) {}
    }

    @Test("a result is the truth, whatever else is there")
    func finished() throws {
        let folder = try folder()
        let request = BuildRequest(
            id: BuildID.make(project: "app"),
            number: 1,
            initiator: "me",
            source: BuildRequest.Source(directory: "/", type: "NO_SOURCE"),
            at: .now()
        )
        var build = Build(request, folder: folder)
        build.end(.succeeded, at: .now())
        try AtomicFile.write(JSONText.encode(build), to: folder.result)
        #expect(try BuildReader.standing(of: folder) == .finished(build))
    }

    @Test(
        "what a build puts in place of its files is not there to whoever reads them",
        arguments: ["mkfifo", "ln -s /dev/zero", "ln -s good", "truncate -s 1T"]
    )
    func planted(command: String) throws {
        let folder = try folder()
        let text = #"{"kind":"build-started"}"#
        try AtomicFile.write(Array("\(text)\n".utf8), to: "\(folder.path)/good")
        for path in [folder.request, folder.result, folder.events, folder.debugPoint, "\(folder.path)/usage"] {
            #expect(unsafe system("\(command) '\(path)'") == 0)
        }
        if !command.hasPrefix("truncate") { #expect(unsafe system("\(command) '\(folder.lock)'") == 0) }
        try Folder.make(folder.workspace)
        #expect(try BuildReader.request(of: folder) == nil)
        #expect(try BuildReader.result(of: folder) == nil)
        #expect(try BuildReader.events(of: folder) == [])
        #expect(try BuildReader.progress(of: folder) == nil)
        #expect(KeptWorkspaces.point(of: folder) == nil)
        #expect(!FileLock.isHeld(folder.lock))
        KeptWorkspaces.prune([folder]) { _ in }
    }
}
