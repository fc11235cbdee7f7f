// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Processes

/// Waits for descriptors and times, and calls who asked for them; all of an environment's process is on its one thread.
///
/// Costs nothing while nothing happens.
final class EventLoop {
    /// Names a time that was asked for.
    struct Timer: Hashable {
        fileprivate let number: UInt64
    }

    private struct Watch {
        let sink: any EventSink
        let interest: Interest
        /// Tells the descriptor from an earlier one of its number, for which an event may still be in the batch.
        let generation: UInt32
    }

    private let epoll: Descriptor
    private var watches: [Watch?] = []
    private var generation: UInt32 = 0
    private var timers: [Timer: (due: Int64, action: () -> Void)] = [:]
    private var lastTimer: UInt64 = 0
    private var isStopped = false

    init() throws(FileError) {
        epoll = Descriptor(owning: try FileError.checkNegated("epoll_create1", nil, nacre_epoll_create()))
    }

    // MARK: - Descriptors

    /// Says what a descriptor is waited for; nothing: it is no longer watched.
    ///
    /// Before a descriptor is closed it must be watched for nothing.
    func watch(_ descriptor: Int32, for interest: Interest, _ sink: any EventSink) {
        let index = Int(descriptor)
        while watches.count <= index { watches.append(nil) }
        let old = watches[index]
        if (old?.interest ?? []) == interest { return }
        if old == nil { generation &+= 1 }
        let own = old?.generation ?? generation
        watches[index] = interest.isEmpty ? nil : Watch(sink: sink, interest: interest, generation: own)
        let token = UInt64(own) << 32 | UInt64(UInt32(bitPattern: descriptor))
        // Fails for want of memory only; then the descriptor stays silent, and whoever waits for it runs into a limit.
        _ = nacre_epoll_set(epoll.number, descriptor, old != nil, interest.rawValue, token)
    }

    /// Watches a descriptor for nothing.
    func forget(_ descriptor: Int32) {
        let index = Int(descriptor)
        guard index < watches.count, let watch = watches[index] else { return }
        self.watch(descriptor, for: [], watch.sink)
    }

    // MARK: - Times

    /// Calls once, after a time.
    @discardableResult
    func after(_ milliseconds: Int64, _ action: @escaping () -> Void) -> Timer {
        lastTimer += 1
        let timer = Timer(number: lastTimer)
        timers[timer] = (MonotonicClock.milliseconds() + milliseconds, action)
        return timer
    }

    /// Does not call any more.
    func cancel(_ timer: Timer?) {
        if let timer { timers[timer] = nil }
    }

    // MARK: - Running

    /// Lets `run` return when what is being done is done.
    func stop() {
        isStopped = true
    }

    /// Waits and calls until `stop`.
    func run() throws(FileError) {
        var ready = [nacre_ready](repeating: nacre_ready(), count: 64)
        while !isStopped {
            let limit = callDueTimers()
            if isStopped { return }
            let got = unsafe ready.withUnsafeMutableBufferPointer {
                unsafe nacre_epoll_wait(epoll.number, $0.baseAddress, 64, limit)
            }
            let count = Int(try FileError.checkNegated("epoll_wait", nil, got))
            for event in ready[..<count] where !isStopped { call(event) }
        }
    }

    private func call(_ event: nacre_ready) {
        let descriptor = Int32(truncatingIfNeeded: event.token & 0xFFFF_FFFF)
        guard let watch = watches[Int(descriptor)], watch.generation == UInt32(event.token >> 32) else { return }
        watch.sink.isReady(descriptor, Interest(rawValue: event.events))
    }

    /// - Returns: how long to wait for the next; -1 where there is none.
    private func callDueTimers() -> Int32 {
        while !isStopped {
            // There are never more than a few.
            guard let next = timers.min(by: { ($0.value.due, $0.key.number) < ($1.value.due, $1.key.number) }) else {
                return -1
            }
            let left = next.value.due - MonotonicClock.milliseconds()
            if left > 0 { return Int32(clamping: left) }
            timers[next.key] = nil
            next.value.action()
        }
        return 0
    }
}
