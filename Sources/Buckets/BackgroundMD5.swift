// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Dispatch
internal import Synchronization

/// Sums bytes beside the thread that reads them: with SHA-256 in the same one, a large object would take half as long again.
final class BackgroundMD5: Sendable {
    private let queue = DispatchQueue(label: "nacre.buckets.md5")
    /// As many pieces may wait.
    private let slots = DispatchSemaphore(value: 8)
    private let hasher = Mutex(MD5Hasher())

    /// Adds bytes; waits while many are still to be summed.
    func update(_ bytes: [UInt8]) {
        slots.wait()
        queue.async { @Sendable in
            self.hasher.withLock { unsafe $0.update(bytes.span.bytes) }
            self.slots.signal()
        }
    }

    /// Waits for the sum of all that was added: S3's `ETag`, with its quotes.
    func etag() -> String {
        queue.sync { "\"\(hasher.withLock { $0.hex() })\"" }
    }
}
