// SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import TestSupport
import Testing
import Zips

@Suite("Zip writer", .scratchDirectory)
struct ZipWriterTests {
    private func written(_ inputs: [ZipInput], threads: Int? = nil) throws -> (path: String, summary: ZipSummary) {
        let path = ScratchDirectory.path + "/out.zip"
        return (path, try ZipWriter(threads: threads).write(inputs, to: path))
    }

    private func tree() throws -> String {
        let root = ScratchDirectory.path + "/tree"
        try SampleTree.make(in: root)
        return root
    }

    @Test("unzip finds no fault and gives back contents, modes and links", .needs(.unzip))
    func unzip() throws {
        let (path, _) = try written(SampleTree.inputs(try tree()))
        try Tool.unzip.run(["-tqq", path], in: ScratchDirectory.path)
        let listing = try Tool.unzip.run(["-Z", path], in: ScratchDirectory.path)
        #expect(listing.contains("-rwxr-xr-x") && listing.contains("lrwxrwxrwx") && listing.contains("80-Jan-01 00:00"))
        try Tool.unzip.run(["-q", path, "-d", "u"], in: ScratchDirectory.path)
        try expectTree(ScratchDirectory.path + "/u")
    }

    @Test("bsdtar gives back contents, modes and links", .needs(.bsdtar))
    func bsdtar() throws {
        let (path, _) = try written(SampleTree.inputs(try tree()))
        try FileManager.default.createDirectory(atPath: ScratchDirectory.path + "/b", withIntermediateDirectories: true)
        try Tool.bsdtar.run(["-xf", path, "-C", "b"], in: ScratchDirectory.path)
        try expectTree(ScratchDirectory.path + "/b")
    }

    @Test("Python finds no fault and sees names, methods and modes", .needs(.python3))
    func python() throws {
        let (path, _) = try written(SampleTree.inputs(try tree()))
        let script = """
            import zipfile, sys
            z = zipfile.ZipFile(sys.argv[1])
            assert z.testzip() is None
            for i in z.infolist(): print(i.filename, i.compress_type, oct(i.external_attr >> 16), i.file_size)
            """
        let output = try Tool.python3.run(["-c", script, path], in: ScratchDirectory.path)
        #expect(output.contains("run.sh 0 0o100755 18\n") || output.contains("run.sh 8 0o100755 18\n"))
        #expect(output.contains("dir/link 0 0o120777 9\n"))
        #expect(output.contains("large/random.bin 0 0o100644 6291456\n"))
        #expect(output.contains("large/weights.bin 8 0o100644 9437184\n"))
        #expect(output.contains("dir/sub/größe ✓.txt 8"))
    }

    private func expectTree(_ root: String) throws {
        for (path, content) in SampleTree.files {
            #expect(try SampleTree.read("\(root)/\(path)") == content, "\(path)")
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: root + "/dir/link") == "../run.sh")
        #expect(FileManager.default.isExecutableFile(atPath: root + "/run.sh"))
        #expect(!FileManager.default.isExecutableFile(atPath: root + "/one"))
    }

    @Test("the same files make the same bytes, however many threads and in whatever order", arguments: [1, 2, 5])
    func reproducible(threads: Int) throws {
        let root = try tree()
        let first = try ZipWriter(threads: 3).write(SampleTree.inputs(root), to: ScratchDirectory.path + "/a.zip")
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: root + "/dir/text.txt")
        var generator = SeededGenerator(seed: UInt64(threads))
        let shuffled = SampleTree.inputs(root).shuffled(using: &generator)
        let second = try ZipWriter(threads: threads).write(shuffled, to: ScratchDirectory.path + "/b.zip")
        #expect(first == second)
        #expect(
            try SampleTree.read(ScratchDirectory.path + "/a.zip") == SampleTree.read(ScratchDirectory.path + "/b.zip")
        )
    }

    @Test("the summary tells the truth")
    func summary() throws {
        let (path, summary) = try written(SampleTree.inputs(try tree()))
        let bytes = try SampleTree.read(path)
        #expect(summary.bytes == bytes.count)
        #expect(summary.digest == SHA256Digest(of: bytes))
        #expect(summary.entryCount == SampleTree.files.count + 1)
        #expect(summary.uncompressedBytes == SampleTree.files.reduce(9) { $0 + $1.content.count })
    }

    @Test("an archive of nothing is an archive", .needs(.bsdtar))
    func empty() throws {
        let (path, summary) = try written([])
        #expect(summary.bytes == 22)
        #expect(try ZipArchive(path).entries.isEmpty)
        #expect(try Tool.bsdtar.run(["-tf", path], in: ScratchDirectory.path) == "")
    }

    @Test("more than 65,535 entries are read by all", .needs(.unzip, .bsdtar, .python3))
    func manyEntries() throws {
        let count = 70_000
        let (path, _) = try written((0..<count).map { ZipInput(path: "d\($0 % 100)/f\($0)", source: .bytes([1])) })
        #expect(try ZipArchive(path).entries.count == count)
        try Tool.unzip.run(["-tqq", path], in: ScratchDirectory.path)
        #expect(try Tool.bsdtar.run(["-tf", path], in: ScratchDirectory.path).count { $0 == "\n" } == count)
        let script = "import zipfile, sys; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))"
        #expect(try Tool.python3.run(["-c", script, path], in: ScratchDirectory.path) == "\(count)\n")
    }

    @Test(
        "a file of more than 4 GiB is written and read back",
        .needs(.unzip, .python3),
        .enabled(if: SlowTests.areWanted, "slow: set NACRE_SLOW_TESTS=1")
    )
    func huge() throws {
        let size = (4 << 30) + 12_345
        let root = ScratchDirectory.path
        try Data("start".utf8).write(to: URL(filePath: root + "/hole"))
        try FileHandle(forWritingTo: URL(filePath: root + "/hole")).truncate(atOffset: UInt64(size))
        let (path, summary) = try written([
            ZipInput(path: "hole", source: .file(root: root, path: "hole")),
            ZipInput(path: "z", source: .bytes([1, 2, 3])),
        ])
        #expect(summary.uncompressedBytes == size + 3)
        try Tool.unzip.run(["-tqq", path], in: root)
        let script =
            "import zipfile, sys; z = zipfile.ZipFile(sys.argv[1]); print(z.getinfo('hole').file_size, z.testzip())"
        #expect(try Tool.python3.run(["-c", script, path], in: root) == "\(size) None\n")
        try ZipArchive(path, limits: ZipLimits(ratio: 2_000)).unpack(to: root + "/back")
        #expect(try FileManager.default.attributesOfItem(atPath: root + "/back/hole")[.size] as? Int == size)
    }

    @Test("an archive whose making or unpacking is stopped is not there, or not unpacked any further")
    func stopped() throws {
        let root = ScratchDirectory.path
        let inputs = (0..<200).map { ZipInput(path: "\($0)", source: .bytes([1])) }
        let path = "\(root)/stopped.zip"
        let writing = #expect(throws: ZipError.self) { try ZipWriter().write(inputs, to: path) { true } }
        #expect(writing?.code == .stopped)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == [])
        _ = try ZipWriter().write(inputs, to: path)
        let archive = try ZipArchive(path)
        let unpacking = #expect(throws: ZipError.self) { try archive.unpack(to: "\(root)/back") { true } }
        #expect(unpacking?.code == .stopped)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(root)/back") == [])
    }

    @Test(
        "a name that could not be unpacked is refused",
        arguments: ["", "/a", "../a", "a/../b", "a//b", "a/", "./a", "a\0b", "..\\a", "C:\\a", "a\\..\\b"]
    )
    func unsafeNames(name: String) throws {
        let error = try #require(throws: ZipError.self) {
            try written([ZipInput(path: name, source: .bytes([]))])
        }
        #expect(error.code == .unsafePath)
        #expect(try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path) == [])
    }

    @Test("two entries of one name, or one inside another, are refused", arguments: ["a", "a/b"])
    func conflicts(name: String) throws {
        let error = try #require(throws: ZipError.self) {
            try written(["a", "a-b", name].map { ZipInput(path: $0, source: .bytes([])) })
        }
        #expect(error.code == .duplicatePath && error.path == name)
    }

    @Test("a file that is not there is named, and nothing is left behind")
    func missing() throws {
        let root = try tree()
        try Data("old".utf8).write(to: URL(filePath: ScratchDirectory.path + "/out.zip"))
        let missing = ZipInput(path: "dir/gone", source: .file(root: root, path: "dir/gone"))
        let error = try #require(throws: ZipError.self) { try written(SampleTree.inputs(root) + [missing]) }
        #expect(error.code == .sourceChanged)
        #expect(error.description == "dir/gone: it is not there any more")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path).sorted() == ["out.zip", "tree"]
        )
        #expect(try SampleTree.read(ScratchDirectory.path + "/out.zip") == Array("old".utf8))
    }

    @Test("pipes, devices, folders and links are refused by name and never waited for")
    func special() throws {
        let root = ScratchDirectory.path
        #expect(unsafe mkfifo(root + "/pipe", 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: "/etc/passwd")
        try FileManager.default.createSymbolicLink(atPath: root + "/etc", withDestinationPath: "/etc")
        for (from, path, what) in [
            (root, "pipe", "a named pipe, not a regular file"), ("/dev", "null", "a device, not a regular file"),
            ("/", "etc", "a folder, not a regular file"), (root, "link", "a symbolic link, not a regular file"),
            (root, "etc/passwd", "a symbolic link, or a file used as a folder"),
        ] {
            let error = try #require(throws: ZipError.self) {
                try written([ZipInput(path: "x/" + path, source: .file(root: from, path: path))])
            }
            #expect(error.code == .notAFile)
            #expect(error.description == "x/\(path): \(what)")
        }
    }

    @Test("a tree of source text becomes no larger than zip -6 makes it", .needs(.zip))
    func size() throws {
        let sources = URL(filePath: #filePath).appending(path: "../../../Sources/Zips").standardizedFileURL.path
        let names = try FileManager.default.contentsOfDirectory(atPath: sources)
        let (_, summary) = try written(names.map { ZipInput(path: $0, source: .file(root: sources, path: $0)) })
        let path = ScratchDirectory.path + "/theirs.zip"
        try Tool.zip.run(["-q", "-6", "-r", path, "."], in: sources)
        #expect(summary.bytes <= (try SampleTree.read(path).count))
    }

    @Test("a file of a middling size that is random is stored, and one of text is not")
    func middling() throws {
        let count = 100 << 10
        let (path, _) = try written([
            ZipInput(path: "random", source: .bytes(SampleTree.random(count))),
            ZipInput(path: "text", source: .bytes(SampleTree.text(count))),
        ])
        let archive = try ZipArchive(path)
        #expect(try #require(archive.entry("random")).compressedSize == count)
        #expect(try #require(archive.entry("text")).compressedSize < count / 3)
        for entry in archive.entries { #expect(try archive.content(of: entry, limit: count).count == count) }
    }

    @Test("incompressible data are stored, others deflated, small gains included")
    func methods() throws {
        let (path, summary) = try written(SampleTree.inputs(try tree()))
        let archive = try ZipArchive(path)
        let random = try #require(archive.entry("large/random.bin"))
        #expect(random.compressedSize == random.size)
        let weights = try #require(archive.entry("large/weights.bin"))
        #expect(weights.compressedSize < weights.size * 95 / 100)
        let mixed = try #require(archive.entry("large/mixed.bin"))
        #expect(mixed.compressedSize < mixed.size * 65 / 100)
        #expect(summary.bytes == (try SampleTree.read(path).count))
    }
}
