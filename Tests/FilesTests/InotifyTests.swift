// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@Suite("Inotify", .scratchDirectory)
struct InotifyTests {
    @Test("changes in a watched directory are told in order with their names")
    func events() throws {
        let path = ScratchDirectory.path
        let inotify = try Inotify()
        let watch = try inotify.addWatch(path, [.created, .movedTo, .movedFrom, .deleted, .onlyDirectory])
        try Data().write(to: URL(fileURLWithPath: path + "/a"))
        try FileManager.default.createDirectory(atPath: path + "/ü d", withIntermediateDirectories: false)
        let long = path + "/" + String(repeating: "n", count: 255)
        try FileManager.default.moveItem(atPath: path + "/a", toPath: long)
        try FileManager.default.removeItem(atPath: path + "/ü d")
        let batch = try inotify.readEvents()
        #expect(!batch.overflowed)
        #expect(batch.events.allSatisfy { $0.watch == watch })
        #expect(batch.events.map(\.name) == ["a", "ü d", "a", String(repeating: "n", count: 255), "ü d"])
        #expect(batch.events.map(\.isDirectory) == [false, true, false, false, true])
        #expect(batch.events[0].mask == .created)
        #expect(batch.events[3].mask == .movedTo)
        #expect(batch.events[4].mask == [.deleted, .directory])
    }

    @Test("reading without events gives an empty batch at once")
    func nothing() throws {
        #expect(try Inotify().readEvents() == Inotify.Batch())
    }

    @Test("a removed watch says that it has ended and is silent afterwards")
    func removed() throws {
        let path = ScratchDirectory.path
        let inotify = try Inotify()
        let watch = try inotify.addWatch(path, .created)
        inotify.removeWatch(watch)
        inotify.removeWatch(watch)
        try Data().write(to: URL(fileURLWithPath: path + "/a"))
        #expect(try inotify.readEvents().events.map(\.mask) == [.ended])
    }

    @Test("a missing directory and a file cannot be watched as directories")
    func refused() throws {
        let path = ScratchDirectory.path
        try Data().write(to: URL(fileURLWithPath: path + "/file"))
        let inotify = try Inotify()
        #expect(throws: FileError(code: ENOENT, function: "inotify_add_watch", path: path + "/none")) {
            try inotify.addWatch(path + "/none", .created)
        }
        #expect(throws: FileError(code: ENOTDIR, function: "inotify_add_watch", path: path + "/file")) {
            try inotify.addWatch(path + "/file", [.created, .onlyDirectory])
        }
    }

    @Test("the end of a watched directory is told")
    func gone() throws {
        let path = ScratchDirectory.path + "/d"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let inotify = try Inotify()
        _ = try inotify.addWatch(path, [.selfDeleted, .selfMoved])
        try FileManager.default.moveItem(atPath: path, toPath: path + "2")
        try FileManager.default.removeItem(atPath: path + "2")
        #expect(try inotify.readEvents().events.map(\.mask) == [.selfMoved, .selfDeleted, .ended])
    }
}
