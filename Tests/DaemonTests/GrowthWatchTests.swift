// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@testable import Daemon

@Suite("Files that grow", .scratchDirectory, .timeLimit(.minutes(40)))
struct GrowthWatchTests {
    @Test("a file that is not there yet is told of when it comes and when it grows, to each who follows, until the end")
    func growth() async throws {
        let path = "\(ScratchDirectory.path)/log"
        let watch = GrowthWatch()
        let (end, ending) = AsyncStream<Void>.makeStream()
        let (otherEnd, otherEnding) = AsyncStream<Void>.makeStream()
        var changes = watch.changes(of: path, until: end).makeAsyncIterator()
        var others = watch.changes(of: path, until: otherEnd).makeAsyncIterator()
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
        #expect(await changes.next() != nil)
        #expect(await others.next() != nil)
        // Whoever ends takes nothing from the one who stays.
        otherEnding.finish()
        while await others.next() != nil {}
        try file.writeAll("more")
        #expect(await changes.next() != nil)
        ending.finish()
        while await changes.next() != nil {}
    }
}
