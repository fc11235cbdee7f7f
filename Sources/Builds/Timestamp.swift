// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An instant, in whole milliseconds since 1970 in UTC.
///
/// As JSON it is an RFC 3339 text, `2026-03-01T12:34:56.789Z`.
package struct Timestamp: Sendable, Hashable, Comparable, Codable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The present.
    package static func now() -> Timestamp {
        let now = microsecondsNow()
        return Timestamp(milliseconds: now / 1000)
    }

    /// The present in microseconds, for log lines.
    static func microsecondsNow() -> Int64 {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// `2026-03-01T12:34:56.789Z`.
    package var text: String {
        let parts = Self.parts(ofSecond: milliseconds.flooredQuotient(by: 1000))
        let fraction = milliseconds - milliseconds.flooredQuotient(by: 1000) * 1000
        return "\(pad(parts.year, 4))-\(pad(parts.month, 2))-\(pad(parts.day, 2))T"
            + "\(pad(parts.hour, 2)):\(pad(parts.minute, 2)):\(pad(parts.second, 2)).\(pad(Int(fraction), 3))Z"
    }

    /// CodeBuild's log prefix form, `2026/03/01 12:34:56.789012`.
    static func logText(microseconds: Int64) -> String {
        let second = microseconds.flooredQuotient(by: 1_000_000)
        let parts = parts(ofSecond: second)
        return "\(pad(parts.year, 4))/\(pad(parts.month, 2))/\(pad(parts.day, 2)) "
            + "\(pad(parts.hour, 2)):\(pad(parts.minute, 2)):\(pad(parts.second, 2))."
            + pad(Int(microseconds - second * 1_000_000), 6)
    }

    /// Reads `text`'s form; the fraction may have any length or be absent.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int32? {
            guard range.upperBound <= bytes.count else { return nil }
            return Int32(String(decoding: bytes[range], as: UTF8.self))
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), bytes.last == UInt8(ascii: "Z")
        else { return nil }
        var parts = tm()
        parts.tm_year = year - 1900
        parts.tm_mon = month - 1
        parts.tm_mday = day
        parts.tm_hour = hour
        parts.tm_min = minute
        parts.tm_sec = second
        let seconds = unsafe timegm(&parts)
        let digits = bytes.dropFirst(20).dropLast().prefix(3)
        var fraction: Int64 = 0
        for place in 0..<3 {
            let digit = place < digits.count ? Int64(digits[digits.startIndex + place]) - 48 : 0
            guard (0...9).contains(digit) else { return nil }
            fraction = fraction * 10 + digit
        }
        milliseconds = Int64(seconds) * 1000 + fraction
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a time: \(text)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    private static func parts(
        ofSecond second: Int64
    ) -> (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        var clock = time_t(second)
        var parts = tm()
        _ = unsafe gmtime_r(&clock, &parts)
        return (
            Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min),
            Int(parts.tm_sec)
        )
    }
}

private func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
