// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The date.
enum WallClock {
    /// Milliseconds since 1970, UTC.
    static func milliseconds() -> Int64 {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// As `2026-11-21T10:11:12.123Z`.
    static func text(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        _ = unsafe gmtime_r(&seconds, &parts)
        func padded(_ number: some BinaryInteger, _ count: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, count - digits.count)) + digits
        }
        let date = "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
        let time = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
        return "\(date)T\(time).\(padded(milliseconds % 1000, 3))Z"
    }
}
