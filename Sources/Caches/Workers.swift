// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// Work split over threads of its own.
enum Workers {
    /// How many threads are worth their start: the cores, at most four, as the file system is what limits.
    static var count: Int { min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 4) }

    /// Runs `body` for each number below `count`, on as many threads, this one among them; returns when all have ended.
    /// - Throws: one of the errors.
    static func run(
        _ count: Int,
        _ body: @escaping @Sendable (_ number: Int) throws(CacheError) -> Void
    ) throws(CacheError) {
        let shares = (0..<count).map { Share($0, body) }
        var threads: [pthread_t] = []
        var own = shares.prefix(1)
        for share in shares.dropFirst() {
            // Retained here, released by the thread; by us where the thread does not start.
            let box = unsafe Unmanaged.passRetained(share)
            var thread = pthread_t()
            if unsafe pthread_create(&thread, nil, threadMain, box.toOpaque()) == 0 {
                threads.append(thread)
            } else {
                unsafe box.release()
                own.append(share)
            }
        }
        for share in own { share.run() }
        for thread in threads { pthread_join(thread, nil) }
        for share in shares {
            if let failure = share.failure.withLock({ $0 }) { throw failure }
        }
    }

    private static let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { box in
        if let box = unsafe box { unsafe Unmanaged<Share>.fromOpaque(box).takeRetainedValue().run() }
        return nil
    }

    private final class Share: Sendable {
        let number: Int
        let body: @Sendable (Int) throws(CacheError) -> Void
        let failure = Mutex<CacheError?>(nil)

        init(_ number: Int, _ body: @escaping @Sendable (Int) throws(CacheError) -> Void) {
            self.number = number
            self.body = body
        }

        func run() {
            do throws(CacheError) { try body(number) } catch {
                failure.withLock { $0 = error }
            }
        }
    }
}
