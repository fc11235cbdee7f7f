// SPDX-License-Identifier: Apache-2.0

import Builds
import Files
import Foundation
import TestSupport
import Testing

@Suite("Following a file", .scratchDirectory)
struct LogFollowerTests {
    @Test("a file that is not there yet is read from its first byte, and on as it grows")
    func follow() throws {
        let path = "\(ScratchDirectory.path)/log"
        let follower = try LogFollower(path: path)
        #expect(try follower.next().isEmpty)
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
        try file.writeAll("one\n")
        #expect(isChanged(follower))
        #expect(try follower.next().elementsEqual("one\n".utf8))
        #expect(try follower.next().isEmpty)
        try file.writeAll("two")
        #expect(isChanged(follower))
        #expect(try follower.next().elementsEqual("two".utf8))
    }

    private func isChanged(_ follower: LogFollower) -> Bool {
        var event = pollfd(fd: follower.changes.number, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&event, 1, 30_000) == 1
    }
}
