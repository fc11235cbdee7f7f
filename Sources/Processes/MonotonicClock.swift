// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Time that only ever goes forward, whatever happens to the date.
package enum MonotonicClock {
    /// Milliseconds since an arbitrary point, the same for all processes until the machine restarts.
    package static func milliseconds() -> Int64 {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// As `milliseconds`, but the time that the machine has slept counts too.
    package static func millisecondsWithSleep() -> Int64 {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_BOOTTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
