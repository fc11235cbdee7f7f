// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Synchronization

/// The watcher's thread: waits for the kernel, keeps the table, tells the handler.
final class WatchLoop: Sendable {
    private struct Guarded {
        var table: WatchTable
        /// What came up while another thread changed the table.
        var pending: [WatchEvent] = []
        var isOverflowAsked = false
        var isStopped = false
    }

    private static let pollInterval: Duration = .seconds(1)

    private let handler: @Sendable (WatchEvent) -> Void
    private let inotify: Inotify?
    private let guarded: Mutex<Guarded>
    private let wakeReading: Descriptor
    private let wakeWriting: Descriptor

    init(handler: @escaping @Sendable (WatchEvent) -> Void) throws(FileError) {
        self.handler = handler
        let inotify = try? Inotify()
        self.inotify = inotify
        guarded = Mutex(Guarded(table: WatchTable(inotify: inotify)))
        let ends = try Descriptor.pipe()
        wakeReading = Descriptor(owning: ends.reading)
        wakeWriting = Descriptor(owning: ends.writing)
    }

    func add(_ key: RepositoryKey, path: String) -> Bool {
        let isPresent = guarded.withLock { guarded in
            guarded.pending += guarded.table.add(key, path: path)
            return guarded.table.isPresent(key)
        }
        wake()
        return isPresent
    }

    func remove(_ key: RepositoryKey) {
        guarded.withLock { $0.table.remove(key) }
    }

    func stop() {
        guarded.withLock { $0.isStopped = true }
        wake()
    }

    /// Behaves as if the kernel had dropped events after those that it has queued by now.
    func simulateOverflow() {
        guarded.withLock { $0.isOverflowAsked = true }
        wake()
    }

    /// Runs until `stop()`; blocks its thread.
    func run() {
        let clock = ContinuousClock()
        var nextPoll = clock.now
        while true {
            let (isStopped, pending, needsPolling) = guarded.withLock { guarded in
                defer { guarded.pending = [] }
                return (guarded.isStopped, guarded.pending, guarded.table.needsPolling)
            }
            if isStopped { return }
            for event in pending { handler(event) }
            var timeout: Int32 = -1
            if needsPolling {
                let rest = clock.now.duration(to: nextPoll)
                timeout = Int32(min(1000, max(0, rest / .milliseconds(1))))
            }
            let ready = wait(timeout)
            var events: [WatchEvent] = []
            if ready.wake { drainWake() }
            let batches = takeBatches(isReady: ready.inotify)
            for batch in batches { events += guarded.withLock { $0.table.handle(batch) } }
            if needsPolling, clock.now >= nextPoll {
                events += guarded.withLock { $0.table.poll() }
                nextPoll = clock.now + Self.pollInterval
            }
            for event in events { handler(event) }
        }
    }

    /// What the kernel has queued, and an overflow where one was asked for.
    private func takeBatches(isReady: Bool) -> [Inotify.Batch] {
        let isOverflowAsked = guarded.withLock { guarded in
            defer { guarded.isOverflowAsked = false }
            return guarded.isOverflowAsked
        }
        var batches: [Inotify.Batch] = []
        if isReady || isOverflowAsked, let batch = try? inotify?.readEvents() { batches.append(batch) }
        if isOverflowAsked { batches.append(Inotify.Batch(overflowed: true)) }
        return batches
    }

    /// Waits for a descriptor or for the time, in milliseconds; negative: without end.
    private func wait(_ timeout: Int32) -> (inotify: Bool, wake: Bool) {
        var descriptors = [
            pollfd(fd: wakeReading.number, events: Int16(POLLIN), revents: 0),
            // A negative number is passed over.
            pollfd(fd: inotify?.number ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        let count = unsafe poll(&descriptors, 2, timeout)
        guard count > 0 else { return (inotify: false, wake: false) }
        return (inotify: descriptors[1].revents != 0, wake: descriptors[0].revents != 0)
    }

    /// Makes `wait` return; a byte that waits already is as good.
    private func wake() {
        try? wakeWriting.writeAll([0])
    }

    private func drainWake() {
        var buffer = [UInt8](repeating: 0, count: 512)
        _ = unsafe buffer.withUnsafeMutableBytes { unsafe try? wakeReading.read(into: $0) }
    }
}
