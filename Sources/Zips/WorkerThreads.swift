// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Threads of their own for work that computes or blocks: Swift's cooperative pool must not be kept busy with it.
enum WorkerThreads {
    /// One for each core that this process may use, at most 16: each has buffers of its own.
    static var defaultCount: Int {
        min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 16)
    }

    /// Runs `worker` on `count` threads, numbered from 0, and `main` on this one; returns when all have ended.
    ///
    /// Where fewer than `least` threads can be started, `main` does not run; `tooFew` makes those that did start end, and
    /// gives the error.
    static func run<Value, Failure: Error>(
        _ count: Int,
        atLeast least: Int,
        worker: @escaping @Sendable (_ number: Int) -> Void,
        main: () throws(Failure) -> Value,
        tooFew: () -> Failure
    ) throws(Failure) -> Value {
        var threads: [pthread_t] = []
        defer { for thread in threads { pthread_join(thread, nil) } }
        for number in 0..<count {
            // Retained here, released by the thread; by us where the thread does not start.
            let box = unsafe Unmanaged.passRetained(Body { worker(number) })
            var thread = pthread_t()
            let code = unsafe pthread_create(&thread, nil, threadMain, box.toOpaque())
            if code != 0 {
                unsafe box.release()
                break
            }
            threads.append(thread)
        }
        if threads.count < least { throw tooFew() }
        return try main()
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { box in
        if let box = unsafe box { unsafe Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run() }
        return nil
    }
}
