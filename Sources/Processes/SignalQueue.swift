// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Files
internal import Glibc

/// Signals as bytes to read instead of interruptions (`signalfd(2)`).
package final class SignalQueue: Sendable {
    /// Becomes readable when a signal waits.
    package let descriptor: Descriptor

    /// Blocks the signals in this thread and the threads that it starts later.
    ///
    /// Call it before any other thread is started.
    package init(_ signals: [Int32]) throws(FileError) {
        let number = unsafe signals.withUnsafeBufferPointer {
            unsafe nacre_signal_descriptor($0.baseAddress, Int32($0.count))
        }
        descriptor = Descriptor(owning: try FileError.checkNegated("signalfd", nil, number))
    }

    /// Takes the next signal; nil when none waits.
    package func next() -> Int32? {
        let number = nacre_next_signal(descriptor.number)
        return number > 0 ? number : nil
    }

    /// Whether one of these signals, which are blocked, waits; it is not taken.
    package static func isWaiting(_ signals: [Int32]) -> Bool {
        var waiting = sigset_t()
        guard unsafe sigpending(&waiting) == 0 else { return false }
        return signals.contains { unsafe sigismember(&waiting, $0) == 1 }
    }

    /// Lets a write to a closed pipe or socket fail with `EPIPE` instead of ending the program.
    package static func ignoreBrokenPipes() {
        nacre_ignore_sigpipe()
    }

    /// Has the kernel send a signal to this process when the thread that started it ends.
    package static func dieWithParent(_ signal: Int32) {
        _ = nacre_die_with_parent(signal)
    }
}
