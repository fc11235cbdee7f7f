// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// Sums the bytes of an archive beside the thread that writes them: SHA-256 is slower than storing.
final class HashingThread: Sendable {
    private struct State {
        var waiting: [[UInt8]] = []
        var waitingBytes = 0
        var isFinished = false
        var digest: SHA256Digest?
    }

    private static let waitingLimitBytes = 16 << 20
    private let monitor = Monitor(State())

    /// Adds bytes; waits while many are still to be summed.
    func update(_ bytes: [UInt8]) {
        monitor.wait { state -> Void? in
            guard state.waitingBytes < Self.waitingLimitBytes else { return nil }
            state.waiting.append(bytes)
            state.waitingBytes += bytes.count
            return ()
        }
    }

    /// Says that nothing more comes; without it the thread never ends.
    func finish() {
        monitor.update { $0.isFinished = true }
    }

    /// Waits for the sum; after `finish`.
    func digest() -> SHA256Digest {
        monitor.wait { $0.digest }
    }

    /// The thread's whole life.
    func run() {
        var hasher = SHA256Hasher()
        while true {
            let batch: [[UInt8]]? = monitor.wait { state -> [[UInt8]]?? in
                if state.waiting.isEmpty { return state.isFinished ? .some(nil) : nil }
                defer { state.waiting = [] }
                return state.waiting
            }
            guard let batch else { break }
            for bytes in batch {
                hasher.update(bytes)
                monitor.update { $0.waitingBytes -= bytes.count }
            }
        }
        let digest = hasher.digest()
        monitor.update { $0.digest = digest }
    }
}
