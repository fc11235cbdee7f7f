// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestSupport
import Testing

@testable import Daemon

@Suite("Places", .timeLimit(.minutes(40)))
struct PlacesTests {
    /// How many are at work, and how many were at once at the most.
    private final class Counts: Sendable {
        private let counts = Mutex([0, 0])

        var now: Int { counts.withLock { $0[0] } }
        var most: Int { counts.withLock { $0[1] } }

        func enter() {
            counts.withLock { $0 = [$0[0] + 1, max($0[1], $0[0] + 1)] }
        }

        func leave() {
            counts.withLock { $0[0] -= 1 }
        }
    }

    @Test("work waits for a place, and gets that of work which does not end")
    func patience() async throws {
        let places = Places(2, patience: .milliseconds(100))
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    await places.run { () async in
                        counts.enter()
                        // Until it is cancelled.
                        try? await Task.sleep(for: .seconds(600))
                    }
                }
            }
            try await soon("both have begun") { counts.now == 2 }
            await places.run { () async in counts.enter() }
            #expect(counts.now == 3)
            group.cancelAll()
        }
    }

    @Test("no more is done at once than there are places")
    func limit() async {
        let places = Places(3, patience: .seconds(600))
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await places.run { () async in
                        counts.enter()
                        await Task.yield()
                        counts.leave()
                    }
                }
            }
        }
        #expect(counts.now == 0 && (1...3).contains(counts.most))
    }
}
