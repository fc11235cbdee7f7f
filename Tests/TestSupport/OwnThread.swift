// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// A thread for a test that waits for minutes: on those that the tests share it would keep others waiting.
package final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "nacre.test")

    private init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Runs something that blocks, on a thread of its own.
    package static func run(_ body: @Sendable () throws -> Void) async throws {
        try await withTaskExecutorPreference(OwnThread()) { try body() }
    }
}
