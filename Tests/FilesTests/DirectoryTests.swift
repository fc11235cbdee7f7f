// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@Suite("Directories", .scratchDirectory)
struct DirectoryTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("everything in a folder is listed with its kind, names that are not UTF-8 included")
    func listing() throws {
        let root = ScratchDirectory.path
        try Data().write(to: URL(filePath: root + "/file"))
        try FileManager.default.createDirectory(atPath: root + "/folder", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: "nowhere")
        #expect(unsafe mkfifo(root + "/pipe", 0o600) == 0)
        let directory = try Directory(root)
        _ = try directory.open([0xFF, 0x41], O_CREAT | O_WRONLY)
        let expected: Set<DirectoryEntry> = [
            DirectoryEntry(name: bytes("file"), kind: .file), DirectoryEntry(name: bytes("folder"), kind: .directory),
            DirectoryEntry(name: bytes("link"), kind: .symbolicLink),
            DirectoryEntry(name: bytes("pipe"), kind: .special),
            DirectoryEntry(name: [0xFF, 0x41], kind: .file),
        ]
        #expect(Set(try directory.entries()) == expected)
        #expect(Set(try directory.entries()) == expected, "a second listing starts from the beginning again")
        for entry in expected { #expect(try directory.kind(of: entry.name) == entry.kind) }
    }

    @Test("no operation goes through a symbolic link")
    func links() throws {
        let root = ScratchDirectory.path
        try FileManager.default.createDirectory(atPath: root + "/folder/inner", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: root + "/folder/file"))
        let directory = try Directory(root)
        try directory.makeSymbolicLink(bytes("link"), to: bytes("folder"))
        try directory.makeSymbolicLink(bytes("file"), to: bytes("folder/file"))
        #expect(try directory.target(ofSymbolicLink: bytes("file")) == bytes("folder/file"))
        #expect(throws: FileError.self) { _ = try directory.directory(bytes("link")) }
        #expect(throws: FileError.self) { _ = try directory.makeDirectory(bytes("link")) }
        #expect(throws: FileError.self) { _ = try directory.directory(beneath: [bytes("link"), bytes("inner")]) }
        #expect(throws: FileError(code: ELOOP, function: "openat", path: "file")) {
            _ = try directory.open(bytes("file"), O_RDONLY)
        }
        let inner = try directory.directory(beneath: [bytes("folder")])
        #expect(try inner.open(bytes("file"), O_RDONLY).readToEnd() == bytes("x"))
    }

    @Test("a folder is made where it is missing and opened where it is not")
    func making() throws {
        let directory = try Directory(ScratchDirectory.path)
        for _ in 0..<2 {
            _ = try directory.makeDirectory(bytes("a")).makeDirectory(bytes("b")).open(bytes("f"), O_CREAT | O_WRONLY)
        }
        #expect(FileManager.default.fileExists(atPath: ScratchDirectory.path + "/a/b/f"))
        try Data().write(to: URL(filePath: ScratchDirectory.path + "/taken"))
        #expect(throws: FileError.self) { _ = try directory.makeDirectory(bytes("taken")) }
    }
}
