// SPDX-License-Identifier: Apache-2.0

import Files
import TestSupport
import Testing

@Suite("File locks", .scratchDirectory)
struct FileLockTests {
    @Test("one holder at a time, and the next after it has let go")
    func exclusive() throws {
        let path = "\(ScratchDirectory.path)/lock"
        #expect(!FileLock.isHeld(path))
        do {
            let first = try #require(try FileLock.take(path))
            #expect(FileLock.isHeld(path))
            #expect(try FileLock.take(path) == nil)
            try first.write("me")
        }
        #expect(!FileLock.isHeld(path))
        #expect(try FileLock.take(path) != nil)
    }

    @Test("a copy of the descriptor keeps the lock when the first is closed")
    func inherited() throws {
        let path = "\(ScratchDirectory.path)/lock"
        let copy = try #require(try FileLock.take(path)).descriptor.duplicate()
        #expect(FileLock.isHeld(path))
        _ = consume copy
        #expect(!FileLock.isHeld(path))
    }
}
