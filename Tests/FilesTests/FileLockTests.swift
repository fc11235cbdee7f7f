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
            guard let first = try FileLock.take(path) else {
                Issue.record("nobody holds it")
                return
            }
            #expect(FileLock.isHeld(path))
            #expect(!(try canTake(path)))
            try first.write("me")
        }
        #expect(!FileLock.isHeld(path))
        #expect(try canTake(path))
    }

    @Test("a copy of the descriptor keeps the lock when the first is closed")
    func inherited() throws {
        let path = "\(ScratchDirectory.path)/lock"
        let copy: Descriptor
        do {
            guard let first = try FileLock.take(path) else {
                Issue.record("nobody holds it")
                return
            }
            copy = try first.descriptor.duplicate()
        }
        #expect(FileLock.isHeld(path))
        _ = consume copy
        #expect(!FileLock.isHeld(path))
    }

    private func canTake(_ path: String) throws -> Bool {
        // A lock cannot be copied, so it cannot be compared either.
        guard try FileLock.take(path) != nil else { return false }
        return true
    }
}
