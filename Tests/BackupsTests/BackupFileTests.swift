// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Backups

@Suite("Backups as files", .scratchDirectory, .timeLimit(.minutes(40)))
struct BackupFileTests {
    private var folder: String { ScratchDirectory.path }

    private static let long = String(repeating: "deep/", count: 30) + "file"

    /// Writes a backup with files of several kinds.
    private func make(_ name: String = "backup.tar", header: BackupHeader? = nil) throws -> String {
        let path = "\(folder)/\(name)"
        let spool = try Descriptor.open("\(path).spool", O_RDWR | O_CREAT, mode: 0o600)
        let writer = try BackupWriter(
            to: try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600),
            spool: spool,
            header: header
                ?? BackupHeader(nacre: "1", schema: ["one"], time: "2026-01-01T00:00:00Z", home: "/h", without: [])
        )
        try writer.addFolder(Array("folder".utf8), mode: 0o750)
        try writer.add(Array("hello\n".utf8), as: "folder/small")
        try writer.add([], as: "folder/empty")
        try writer.addFolder(Array("folder/in/it".utf8), mode: 0o750)
        #expect(try writer.addLink(Array("folder/in/it/link".utf8), to: Array("../elsewhere".utf8)))
        try writer.addFolder(Array("closed".utf8), mode: 0o500)
        try writer.add(Array("in it".utf8), as: "closed/inner")
        try writer.add(Array("far down".utf8), as: Self.long)
        // Longer than the buffers.
        try Data(repeating: 7, count: 2_500_001).write(to: URL(fileURLWithPath: "\(path).large"))
        try writer.add(try Descriptor.open("\(path).large", O_RDONLY), as: Array("large".utf8))
        let summary = try writer.finish(isDurable: false)
        #expect(summary.entries == 10)
        return path
    }

    private func damage(_ path: String, at offset: Int, _ byte: UInt8) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data([byte]))
        try file.close()
    }

    private func failure(_ path: String) -> BackupError? {
        do throws(BackupError) {
            _ = try BackupReader(path).verify()
            return nil
        } catch {
            return error
        }
    }

    @Test("what is written is good, and is unpacked as it was")
    func roundTrip() throws {
        let path = try make()
        let reader = try BackupReader(path)
        #expect(reader.header.home == "/h")
        #expect(try reader.verify().entries == 10)
        let target = "\(folder)/target"
        try Folder.make(target)
        let summary = try reader.unpack(into: target)
        #expect(summary.bytes > 2_500_000)
        #expect(try String(contentsOfFile: "\(target)/folder/small", encoding: .utf8) == "hello\n")
        #expect(try String(contentsOfFile: "\(target)/closed/inner", encoding: .utf8) == "in it")
        #expect(try String(contentsOfFile: "\(target)/\(Self.long)", encoding: .utf8) == "far down")
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(target)/large")) == Data(repeating: 7, count: 2_500_001))
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(target)/closed")
        #expect(attributes[.posixPermissions] as? Int == 0o500)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: "\(target)/folder/in/it/link") == "../elsewhere"
        )
        #expect(!FileManager.default.fileExists(atPath: "\(target)/backup.json"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(target)/closed")
    }

    @Test("tar itself reads it")
    func plain() throws {
        let path = try make()
        let result = try Program.run("tar", ["-tf", path], environment: Program.path)
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
        #expect(result.output.split(separator: "\n").first == "backup.json")
        #expect(result.output.split(separator: "\n").last == "backup.manifest")
        #expect(result.output.contains(Self.long))
    }

    @Test("a damaged byte is found, and its entry named", arguments: ["hello", "far down", "in it"])
    func bytes(text: String) throws {
        let path = try make()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data(text.utf8)))
        try damage(path, at: place.lowerBound, UInt8(ascii: "X"))
        let names = ["hello": "folder/small", "far down": Self.long, "in it": "closed/inner"]
        let error = try #require(failure(path))
        #expect(error.code == .damaged)
        #expect(error.message.contains("entry \(names[text] ?? "") "))
    }

    @Test("a damaged manifest is found")
    func manifest() throws {
        let path = try make()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data(#""path":"folder/small""#.utf8), options: .backwards))
        try damage(path, at: place.lowerBound + 10, UInt8(ascii: "F"))
        #expect(failure(path)?.message.contains("backup.manifest is not as it was written") == true)
    }

    @Test("a file that is cut short anywhere is refused, and none is taken for whole")
    func truncated() throws {
        let path = try make()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for count in stride(from: 0, to: bytes.count - 1024, by: 97_531) {
            try bytes.prefix(count).write(to: URL(fileURLWithPath: "\(folder)/cut"))
            let error = try #require(failure("\(folder)/cut"))
            #expect(error.code == .damaged || error.code == .notABackup)
        }
    }

    @Test("something else is no backup", arguments: ["", "text", "PK\u{3}\u{4}"])
    func other(text: String) throws {
        let path = "\(folder)/other"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(failure(path)?.code == .notABackup)
    }

    @Test("a newer form is refused by its number")
    func newer() throws {
        var header = BackupHeader(nacre: "9", schema: [], time: "", home: "/h", without: [])
        header.format = 2
        let error = try #require(failure(try make(header: header)))
        #expect(error.code == .newer)
        #expect(error.message.contains("its form is 2"))
    }

    @Test("an entry that leads out of the folder is refused", arguments: ["../out", "/out", "folder/../../out"])
    func outside(name: String) throws {
        let path = "\(folder)/hostile.tar"
        let writer = try BackupWriter(
            to: try Descriptor.open(path, O_WRONLY | O_CREAT, mode: 0o600),
            spool: try Descriptor.open("\(path).spool", O_RDWR | O_CREAT, mode: 0o600),
            header: BackupHeader(nacre: "1", schema: [], time: "", home: "/h", without: [])
        )
        try writer.add(Array("evil".utf8), as: name)
        _ = try writer.finish(isDurable: false)
        #expect(failure(path)?.code == .damaged)
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
    }

    @Test("nothing is written through a link of the backup's own")
    func throughLink() throws {
        let path = "\(folder)/hostile.tar"
        try Folder.make("\(folder)/outside")
        let writer = try BackupWriter(
            to: try Descriptor.open(path, O_WRONLY | O_CREAT, mode: 0o600),
            spool: try Descriptor.open("\(path).spool", O_RDWR | O_CREAT, mode: 0o600),
            header: BackupHeader(nacre: "1", schema: [], time: "", home: "/h", without: [])
        )
        #expect(try writer.addLink(Array("a/b/c/way".utf8), to: Array("\(folder)/outside".utf8)))
        try writer.add(Array("evil".utf8), as: "a/b/c/way/file")
        _ = try writer.finish(isDurable: false)
        try Folder.make("\(folder)/target")
        #expect(throws: BackupError.self) { try BackupReader(path).unpack(into: "\(folder)/target") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/outside").isEmpty)
    }

    @Test(
        "a link where Nacre opens files by their paths is refused, and never written",
        arguments: ["nacre.db", "builds/one", "builds/one/log", "repos/app.git/HEAD", "environments/prod/log"]
    )
    func link(name: String) throws {
        let path = "\(folder)/hostile.tar"
        let target = "\(folder)/living"
        let spool = try Descriptor.open("\(path).spool", O_RDWR | O_CREAT, mode: 0o600)
        let writer = try BackupWriter(
            to: try Descriptor.open(path, O_WRONLY | O_CREAT, mode: 0o600),
            spool: spool,
            header: BackupHeader(nacre: "1", schema: [], time: "", home: "/h", without: [])
        )
        #expect(try !writer.addLink(Array(name.utf8), to: Array(target.utf8)))
        // As another program would write it: in the place of a file of the same length.
        try writer.add([], as: name)
        _ = try writer.finish(isDurable: false)
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let place = try #require(
            stride(from: 0, to: bytes.count, by: TarHeader.blockSize).first {
                bytes[$0...].starts(with: name.utf8 + [0])
            }
        )
        let entry = TarEntry(
            path: Array(name.utf8),
            kind: .link(Array(target.utf8)),
            mode: 0o777,
            size: 0,
            modified: 0
        )
        bytes.replaceSubrange(place..<(place + TarHeader.blockSize), with: TarHeader.bytes(of: entry).suffix(512))
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try Folder.make("\(folder)/target")
        let error = #expect(throws: BackupError.self) { try BackupReader(path).unpack(into: "\(folder)/target") }
        #expect(error?.code == .refused && error?.message.contains(name) == true)
    }

    @Test("a size that no file has is refused before it is gone by", arguments: [Int64.max, Int64.max - 511, 1 << 51])
    func enormous(size: Int64) throws {
        let path = "\(folder)/enormous.tar"
        let entry = TarEntry(path: Array("large".utf8), kind: .file, mode: 0o600, size: size, modified: 0)
        let whole = try Data(contentsOf: URL(fileURLWithPath: try make()))
        // Behind the header, which takes two blocks.
        let bytes = whole.prefix(1024) + Data(TarHeader.bytes(of: entry)) + whole.dropFirst(1024)
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(failure(path)?.code == .damaged)
    }

    @Test("a file that becomes shorter while it is read is padded, and the rest is as it was")
    func shrinking() throws {
        let path = "\(folder)/shrinking.tar"
        let log = "\(folder)/log"
        try Data(repeating: 1, count: 5_000_000).write(to: URL(fileURLWithPath: log))
        // Written through a pipe, which holds the writer up until the file is cut.
        let pipe = try Descriptor.pipe()
        let reading = FileHandle(fileDescriptor: pipe.reading, closeOnDealloc: true)
        let isCut = Mutex(false)
        let thread = Thread {
            var bytes = Data()
            while let more = try? reading.read(upToCount: 1 << 16), !more.isEmpty {
                bytes += more
                if bytes.count > 1 << 20, !isCut.withLock({ $0 }) {
                    _ = unsafe truncate(log, 10)
                    isCut.withLock { $0 = true }
                }
            }
            try? bytes.write(to: URL(fileURLWithPath: path))
            try? Data().write(to: URL(fileURLWithPath: "\(path).done"))
        }
        thread.start()
        let spool = try Descriptor.open("\(path).spool", O_RDWR | O_CREAT, mode: 0o600)
        let added = try write(log, to: Descriptor(owning: pipe.writing), spool: spool)
        #expect(added.isPadded)
        #expect(added.size == 5_000_000)
        try eventually("it is written") { FileManager.default.fileExists(atPath: "\(path).done") }
        #expect(failure(path) == nil)
        try Folder.make("\(folder)/target")
        _ = try BackupReader(path).unpack(into: "\(folder)/target")
        let kept = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/target/log"))
        #expect(kept.count == 5_000_000 && kept.first == 1 && kept.last == 0)
        #expect(try String(contentsOfFile: "\(folder)/target/after", encoding: .utf8) == "after")
    }

    private func write(
        _ log: String,
        to output: consuming Descriptor,
        spool: consuming Descriptor
    ) throws -> AddedFile {
        let writer = try BackupWriter(
            to: output,
            spool: spool,
            header: BackupHeader(nacre: "1", schema: [], time: "", home: "/h", without: [])
        )
        let added = try writer.add(try Descriptor.open(log, O_RDONLY), as: Array("log".utf8))
        try writer.add(Array("after".utf8), as: "after")
        _ = try writer.finish(isDurable: false)
        return added
    }

    @Test("of a file that grows meanwhile a beginning is kept")
    func growing() throws {
        let path = "\(folder)/growing.tar"
        let log = "\(folder)/log"
        try Data(repeating: 1, count: 3_000_000).write(to: URL(fileURLWithPath: log))
        let isDone = Mutex(false)
        let thread = Thread {
            let file = FileHandle(forWritingAtPath: log)
            _ = try? file?.seekToEnd()
            while !isDone.withLock({ $0 }) { try? file?.write(contentsOf: Data(repeating: 1, count: 100)) }
        }
        thread.start()
        defer { isDone.withLock { $0 = true } }
        let writer = try BackupWriter(
            to: try Descriptor.open(path, O_WRONLY | O_CREAT, mode: 0o600),
            spool: try Descriptor.open("\(path).spool", O_RDWR | O_CREAT, mode: 0o600),
            header: BackupHeader(nacre: "1", schema: [], time: "", home: "/h", without: [])
        )
        for round in 0..<3 { try writer.add(try Descriptor.open(log, O_RDONLY), as: Array("log\(round)".utf8)) }
        _ = try writer.finish(isDurable: false)
        #expect(failure(path) == nil)
    }
}
