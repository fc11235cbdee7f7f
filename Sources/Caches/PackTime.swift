// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A time to the nanosecond.
struct PackTime: Hashable, Sendable {
    var seconds: Int
    var nanoseconds: UInt32

    init(seconds: Int, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    init(_ time: timespec) {
        self.init(seconds: time.tv_sec, nanoseconds: UInt32(clamping: time.tv_nsec))
    }

    var timespec: timespec {
        Glibc.timespec(tv_sec: seconds, tv_nsec: Int(min(nanoseconds, 999_999_999)))
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
