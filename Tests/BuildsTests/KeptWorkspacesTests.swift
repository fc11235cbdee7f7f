// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import JSON
import TestSupport
import Testing
import WireWords

@testable import Builds

@Suite("Kept workspaces", .scratchDirectory)
struct KeptWorkspacesTests {
    /// A failed build's folder.
    private func make(_ project: String, _ number: Int, kilobytes: Int = 1, age: Double = 0) throws -> BuildFolder {
        let id = BuildID.make(project: project)
        let folder = BuildFolder(path: "\(ScratchDirectory.path)/\(id.uuid)")
        try Folder.make(folder.workspace)
        let source = BuildRequest.Source(directory: folder.source(), type: "NO_SOURCE")
        let request = BuildRequest(id: id, number: number, initiator: "test", source: source, at: .now())
        try AtomicFile.write(JSONText.encode(request), to: folder.request)
        let place = DebugPoint.Place(directory: "/", environment: [])
        let point = DebugPoint(phase: .build, shell: "/bin/sh", place: place)
        try AtomicFile.write(try JSONText.encode(point), to: folder.debugPoint)
        try AtomicFile.write([UInt8](repeating: 7, count: kilobytes << 10), to: "\(folder.workspace)/data")
        // The larger the number, the newer.
        let time = Date(timeIntervalSinceNow: Double(number) - 1000 - age)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: folder.debugPoint)
        KeptWorkspaces.keep(folder)
        return folder
    }

    private func prune(_ folders: [BuildFolder], _ limits: KeptWorkspaces.Limits) -> [Int] {
        var removed: [Int] = []
        KeptWorkspaces.prune(folders, limits: limits) { folder in
            if let number = (try? BuildReader.request(of: folder))?.number { removed.append(number) }
        }
        return removed.sorted()
    }

    @Test("the newest of each project stay")
    func count() throws {
        var limits = KeptWorkspaces.Limits()
        limits.perProject = 2
        let folders = try (1...4).map { try make("a", $0) } + (5...6).map { try make("b", $0) }
        #expect(prune(folders, limits) == [1, 2])
    }

    @Test("together they stay within the bytes, and the newest go first")
    func bytes() throws {
        var limits = KeptWorkspaces.Limits()
        limits.bytes = 1 << 20
        let folders = try [make("a", 1, kilobytes: 100), make("a", 2, kilobytes: 2000), make("a", 3, kilobytes: 100)]
        #expect(prune(folders, limits) == [2])
    }

    @Test("the old go")
    func age() throws {
        let folders = try [make("a", 1, age: 8 * 24 * 3600), make("a", 2, age: 6 * 24 * 3600)]
        #expect(prune(folders, KeptWorkspaces.Limits()) == [1])
        #expect(KeptWorkspaces.isExpired(folders[0]) && !KeptWorkspaces.isExpired(folders[1]))
    }

    @Test("one that somebody is in stays")
    func held() throws {
        var limits = KeptWorkspaces.Limits()
        limits.perProject = 0
        let folders = try [make("a", 1), make("a", 2)]
        guard let lock = try FileLock.take(folders[0].lock) else {
            Issue.record("a lock that nobody holds cannot be taken")
            return
        }
        #expect(prune(folders, limits) == [2])
        #expect(lock.descriptor.number > 2)
    }

    @Test("a point is read back as it was written")
    func point() throws {
        let folder = try make("a", 1)
        #expect(KeptWorkspaces.point(of: folder)?.phase == .build)
        try Folder.remove(folder.workspace)
        #expect(KeptWorkspaces.point(of: folder) == nil)
    }
}
