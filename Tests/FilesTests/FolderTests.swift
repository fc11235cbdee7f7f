// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@Suite("Folders", .scratchDirectory)
struct FolderTests {
    private var root: String { ScratchDirectory.path }

    @Test("a folder is made with those above it, and again without harm")
    func make() throws {
        try Folder.make("\(root)/a/b/c")
        try Folder.make("\(root)/a/b/c")
        #expect(Folder.isFolder("\(root)/a/b/c"))
    }

    @Test("a file in the way of a folder is an error that names it")
    func fileInTheWay() throws {
        try AtomicFile.write([], to: "\(root)/a")
        #expect(throws: FileError(code: ENOTDIR, function: "mkdir", path: "\(root)/a/b")) {
            try Folder.make("\(root)/a/b")
        }
        #expect(throws: FileError(code: EEXIST, function: "mkdir", path: "\(root)/a")) { try Folder.make("\(root)/a") }
    }

    @Test("a folder of one's own is made once, and again only where nobody else could have put anything into it")
    func own() throws {
        try Folder.makeOwn("\(root)/own")
        try Folder.makeOwn("\(root)/own")
        try Folder.make("\(root)/open", mode: 0o700)
        let code1 = unsafe chmod("\(root)/open", 0o777)
        let code2 = unsafe symlink("\(root)/own", "\(root)/link")
        try AtomicFile.write([], to: "\(root)/file", mode: 0o700)
        #expect(code1 == 0 && code2 == 0)
        for name in ["open", "link", "file"] {
            #expect(throws: FileError(code: EEXIST, function: "mkdir", path: "\(root)/\(name)")) {
                try Folder.makeOwn("\(root)/\(name)")
            }
        }
    }

    @Test("a tree is removed with read-only folders, symlinks and names that are not UTF-8")
    func remove() throws {
        let outside = "\(root)/outside"
        try Folder.make(outside)
        try AtomicFile.write([1], to: "\(outside)/kept")
        let tree = "\(root)/tree"
        try Folder.make("\(tree)/locked/inner")
        try AtomicFile.write([1], to: "\(tree)/locked/inner/file")
        let code1 = unsafe symlink(outside, "\(tree)/link")
        #expect(code1 == 0)
        let code2 = unsafe creat(Array("\(tree)/".utf8CString.dropLast()) + [-1, 0], 0o600)
        #expect(code2 >= 0)
        let code3 = unsafe chmod("\(tree)/locked/inner", 0o500)
        #expect(code3 == 0)
        let code4 = unsafe chmod("\(tree)/locked", 0o500)
        #expect(code4 == 0)
        try Folder.remove(tree)
        #expect(!Folder.exists(tree))
        #expect(Folder.exists("\(outside)/kept"))
    }

    @Test("what is missing is removed already")
    func removeMissing() throws {
        try Folder.remove("\(root)/nothing")
    }

    @Test("folders deeper than any limit of paths and descriptors are removed")
    func removeDeep() throws {
        var folder = try Directory(root).makeDirectory(Array("deep".utf8))
        for _ in 0..<5_000 {
            folder = try folder.makeDirectory(Array("d".utf8))
            _ = try folder.open(Array("file".utf8), O_WRONLY | O_CREAT)
        }
        try Folder.remove("\(root)/deep")
        #expect(!Folder.exists("\(root)/deep"))
    }
}
