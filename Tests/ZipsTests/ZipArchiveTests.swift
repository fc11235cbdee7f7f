// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Zips

@Suite("Zip reader", .scratchDirectory)
struct ZipArchiveTests {
    private func archive(_ inputs: [ZipInput], limits: ZipLimits = ZipLimits()) throws -> ZipArchive {
        let path = ScratchDirectory.path + "/a.zip"
        _ = try ZipWriter().write(inputs, to: path)
        return try ZipArchive(path, limits: limits)
    }

    private func expectTree(_ root: String, hasLink: Bool = true) throws {
        for (path, content) in SampleTree.files {
            #expect(try SampleTree.read("\(root)/\(path)") == content, "\(path)")
        }
        #expect(FileManager.default.isExecutableFile(atPath: root + "/run.sh"))
        if hasLink {
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: root + "/dir/link") == "../run.sh")
        }
    }

    private func treeWithLink() throws -> String {
        let root = ScratchDirectory.path + "/tree"
        try SampleTree.make(in: root)
        try FileManager.default.createSymbolicLink(atPath: root + "/dir/link", withDestinationPath: "../run.sh")
        return root
    }

    @Test("our own archives come back", arguments: [1, 4])
    func own(threads: Int) throws {
        let root = ScratchDirectory.path + "/tree"
        try SampleTree.make(in: root)
        try archive(SampleTree.inputs(root)).unpack(to: ScratchDirectory.path + "/back", threads: threads)
        try expectTree(ScratchDirectory.path + "/back")
    }

    @Test("zip's archives come back", .needs(.zip), arguments: [["-6"], ["-0"], ["-6", "-fz"]])
    func infoZip(options: [String]) throws {
        let root = try treeWithLink()
        try Tool.zip.run(["-r", "-q", "-y"] + options + ["../z.zip", "."], in: root)
        try ZipArchive(ScratchDirectory.path + "/z.zip").unpack(to: ScratchDirectory.path + "/back")
        try expectTree(ScratchDirectory.path + "/back")
    }

    @Test("bsdtar's archives, with sizes after the data, come back", .needs(.bsdtar), arguments: ["deflate", "store"])
    func libarchive(method: String) throws {
        let root = try treeWithLink()
        let names = try FileManager.default.contentsOfDirectory(atPath: root)
        try Tool.bsdtar.run(
            ["--format", "zip", "--options", "zip:compression=\(method)", "-cf", "../z.zip"] + names,
            in: root
        )
        try ZipArchive(ScratchDirectory.path + "/z.zip").unpack(to: ScratchDirectory.path + "/back")
        try expectTree(ScratchDirectory.path + "/back")
    }

    @Test("Python's archives, written to a stream and with zip64, come back", .needs(.python3))
    func python() throws {
        let script = """
            import zipfile, os
            class Pipe:
                def __init__(self, f): self.f = f
                def write(self, b): return self.f.write(b)
                def flush(self): self.f.flush()
            with open('z.zip', 'wb') as f, zipfile.ZipFile(Pipe(f), 'w') as z:
                z.writestr('a/', '')
                z.writestr('a/stored', b'stored' * 1000)
                z.writestr('a/deflated', b'deflated' * 1000, zipfile.ZIP_DEFLATED)
                with z.open('a/wide', 'w', force_zip64=True) as e: e.write(b'wide' * 1000)
                z.writestr('empty/', '')
                z.comment = b'with a comment'
            """
        try Tool.python3.run(["-c", script], in: ScratchDirectory.path)
        let archive = try ZipArchive(ScratchDirectory.path + "/z.zip")
        #expect(archive.entries.map(\.path) == ["a", "a/stored", "a/deflated", "a/wide", "empty"])
        #expect(archive.entries.map(\.kind) == [.folder, .file, .file, .file, .folder])
        let back = ScratchDirectory.path + "/back"
        try archive.unpack(to: back)
        for name in ["stored", "deflated", "wide"] {
            let content = Array(String(repeating: name, count: 1_000).utf8)
            #expect(try SampleTree.read("\(back)/a/\(name)") == content)
            #expect(try archive.content(of: #require(archive.entry("a/" + name)), limit: 10_000) == content)
        }
        #expect(FileManager.default.fileExists(atPath: back + "/empty"))
    }

    @Test("unpacking never writes over what is there, nor through a link that was there")
    func existing() throws {
        let root = ScratchDirectory.path
        let archive = try archive([ZipInput(path: "d/f", source: .bytes([1]))])
        try FileManager.default.createDirectory(atPath: root + "/one/d", withIntermediateDirectories: true)
        try Data("old".utf8).write(to: URL(filePath: root + "/one/d/f"))
        var error = try #require(throws: ZipError.self) { try archive.unpack(to: root + "/one") }
        #expect(error.code == .duplicatePath && error.path == "d/f")
        #expect(try SampleTree.read(root + "/one/d/f") == Array("old".utf8))

        for (name, target) in [("two", "."), ("three", "../outside")] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: root + "/outside", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: "\(root)/\(name)/d", withDestinationPath: target)
            error = try #require(throws: ZipError.self) { try archive.unpack(to: "\(root)/\(name)") }
            #expect(error.code == .unsafePath)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/outside") == [])
    }

    @Test("an archive over the limits is refused before anything is unpacked")
    func limits() throws {
        let zeros = ZipInput(path: "zeros", source: .bytes([UInt8](repeating: 0, count: 3 << 20)))
        let other = ZipInput(path: "other", source: .bytes([1]))
        let together = "the largest of contents that together have more than"
        #expect(throws: ZipError(.limitExceeded, "zeros", "\(together) the 1000 bytes allowed")) {
            try archive([zeros, other], limits: ZipLimits(bytes: 1_000))
        }
        #expect(throws: ZipError(.limitExceeded, nil, "the archive has 2 entries; 1 are allowed")) {
            try archive([zeros, other], limits: ZipLimits(entries: 1))
        }
        #expect(throws: ZipError(.limitExceeded, "zeros", "\(together) 100 times the archive's size")) {
            try archive([other, zeros], limits: ZipLimits(ratio: 100, ratioFloorBytes: 1_000))
        }
        let whole = try archive([other, zeros])
        try whole.checkFits(in: (3 << 20) + 1)
        let free = "the largest of contents that together have \((3 << 20) + 1) bytes, and 1000 are free"
        #expect(throws: ZipError(.limitExceeded, "zeros", free)) { try whole.checkFits(in: 1_000) }
    }

    @Test("mutated archives give errors or contents, never a crash or a file outside")
    func mutations() throws {
        let root = ScratchDirectory.path
        let inputs = [
            ZipInput(path: "a.txt", source: .bytes(SampleTree.text(2_000))),
            ZipInput(path: "d/b", source: .bytes([1, 2, 3])),
            ZipInput(path: "d/link", source: .symbolicLink(target: "../a.txt")),
            ZipInput(path: "d/s", source: .bytes([])),
        ]
        let path = root + "/good.zip"
        _ = try ZipWriter().write(inputs, to: path)
        let good = try SampleTree.read(path)
        var generator = SeededGenerator(seed: 42)
        for round in 0..<1_500 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                // Mostly the directory: there the structure is.
                let low = Bool.random(using: &generator) ? 0 : bytes.count * 2 / 3
                let index = Int.random(in: min(low, bytes.count - 1)..<bytes.count, using: &generator)
                switch generator.next() % 4 {
                case 0: bytes[index] ^= 1 << UInt8(generator.next() % 8)
                case 1: bytes[index] = [0, 0xFF, 0x2F, 0x2E][Int(generator.next() % 4)]
                case 2: bytes.remove(at: index)
                default: bytes.removeSubrange(index...)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let mutated = root + "/m.zip"
            try Data(bytes).write(to: URL(filePath: mutated))
            let target = "\(root)/out/\(round)"
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            do {
                try ZipArchive(mutated).unpack(to: target + "/in", threads: 1)
            } catch {
                #expect(error.code != .system, "round \(round): \(error)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: target).filter { $0 != "in" } == [])
            try FileManager.default.removeItem(atPath: target)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root).sorted() == ["good.zip", "m.zip", "out"])
    }
}
