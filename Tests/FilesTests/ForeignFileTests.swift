// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@Suite("Files that others write", .scratchDirectory, .timeLimit(.minutes(40)))
struct ForeignFileTests {
    private var root: String { ScratchDirectory.path }

    /// Makes a regular file and, beside it, everything else that can have a file's name.
    private func make(_ kind: String) throws -> String {
        let path = "\(root)/\(kind)"
        try AtomicFile.write([1, 2, 3], to: "\(root)/target")
        switch kind {
        case "link": #expect(unsafe symlink("\(root)/target", path) == 0)
        case "pipe": #expect(unsafe mkfifo(path, 0o600) == 0)
        case "device": #expect(unsafe symlink("/dev/zero", path) == 0)
        default: try Folder.make(path)
        }
        return path
    }

    @Test("what is no regular file is refused at once", arguments: ["link", "pipe", "device", "folder"])
    func refused(kind: String) throws {
        let path = try make(kind)
        let error = try #require(throws: FileError.self) { try ForeignFile.read(path, limit: 10) }
        #expect(error.isNoFile)
        #expect(throws: FileError.self) { try ForeignFile.open(kind, beneath: root).readToEnd() }
        #expect(!FileLock.isHeld(path))
    }

    @Test("a file is read up to a limit, also one of a terabyte that takes no room")
    func limits() throws {
        let path = "\(root)/file"
        try AtomicFile.write(Array("0123456789".utf8), to: path)
        #expect(try ForeignFile.read(path, limit: 10) == Array("0123456789".utf8))
        #expect(try ForeignFile.read(path, at: 8, count: 5) == Array("89".utf8))
        #expect(try ForeignFile.readEnd(path, limit: 3) == Array("789".utf8))
        #expect(try ForeignFile.readEnd(path, limit: 30).count == 10)
        #expect(throws: FileError(code: EFBIG, function: "read", path: path)) { try ForeignFile.read(path, limit: 9) }
        #expect(unsafe truncate(path, 1 << 40) == 0)
        #expect(throws: FileError(code: EFBIG, function: "read", path: path)) {
            try ForeignFile.read(path, limit: 1 << 20)
        }
    }

    @Test("a folder on the way that has become a link is not followed")
    func links() throws {
        try Folder.make("\(root)/outside")
        try AtomicFile.write([7], to: "\(root)/outside/1.json")
        try Folder.make("\(root)/build")
        #expect(unsafe symlink("\(root)/outside", "\(root)/build/reports") == 0)
        #expect(throws: FileError.self) { try ForeignFile.open("reports/1.json", beneath: "\(root)/build").readToEnd() }
        #expect(throws: FileError.self) {
            try ForeignFile.open("../outside/1.json", beneath: "\(root)/build").readToEnd()
        }
    }

    @Test(
        "an atomic write goes through no link or pipe that has its temporary name",
        arguments: ["link", "pipe", "folder"]
    )
    func plantedTemporary(kind: String) throws {
        let planted = try make(kind)
        let path = "\(root)/usage"
        try FileManager.default.moveItem(atPath: planted, toPath: "\(path).\(getpid()).tmp")
        try AtomicFile.write([9], to: path)
        #expect(try ForeignFile.read(path, limit: 10) == [9])
        #expect(try ForeignFile.read("\(root)/target", limit: 10) == [1, 2, 3])
    }

    @Test("a walk through thirty thousand folders within each other ends, and has seen them all")
    func deepTree() throws {
        let name = Array("d".utf8)
        try Folder.make("\(root)/deep")
        var folder = try Directory("\(root)/deep")
        for _ in 0..<30_000 { folder = try folder.makeDirectory(name) }
        var (count, isInOrder) = (0, true)
        try DeepWalk.visit("\(root)/deep") { _, _, depth in
            isInOrder = isInOrder && depth == count
            count += 1
            return true
        }
        #expect(count == 30_000 && isInOrder)
        try Folder.remove("\(root)/deep")
    }

    @Test("a walk sees every name of a wide tree once, and follows no link")
    func wideTree() throws {
        for name in ["a/b/c", "a/d", "e"] { try Folder.make("\(root)/tree/\(name)") }
        for name in ["1", "a/2", "a/b/3", "a/d/4", "e/5"] { try AtomicFile.write([], to: "\(root)/tree/\(name)") }
        #expect(unsafe symlink("\(root)", "\(root)/tree/link") == 0)
        var names: [String] = []
        try DeepWalk.visit("\(root)/tree") { _, entry, _ in
            names.append(String(decoding: entry.name, as: UTF8.self))
            return true
        }
        #expect(names.sorted() == ["1", "2", "3", "4", "5", "a", "b", "c", "d", "e", "link"])
    }
}
