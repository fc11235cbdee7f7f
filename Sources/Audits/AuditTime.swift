// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Instants as the log writes them.
package enum AuditTime {
    /// Now, as `2026-01-31T23:59:59.123Z`.
    static func now() -> String {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        let (year, month, day) = date(daysSince1970: now.tv_sec / 86_400)
        let second = now.tv_sec % 86_400
        let time = "\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))"
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))T\(time).\(digits(now.tv_nsec / 1_000_000, 3))Z"
    }

    /// What a person wrote, if it is a date or the beginning of an instant, down to the day, minute, second or millisecond:
    /// texts of one form, whose order is that of time.
    package static func beginning(_ text: String) -> String? {
        var text = text
        if text.last == "Z" { text.removeLast() }
        let form = Array("0000-00-00T00:00:00.000".utf8)
        let bytes = Array(text.utf8)
        guard [10, 16, 19, 23].contains(bytes.count) else { return nil }
        let fits = zip(bytes, form).allSatisfy { byte, expected in
            expected == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
        }
        guard fits else { return nil }
        let ranges = [5: 1...12, 8: 1...31, 11: 0...23, 14: 0...59, 17: 0...60]
        let isInstant = ranges.allSatisfy { place, range in
            guard place < bytes.count else { return true }
            return range.contains(Int(String(decoding: bytes[place..<(place + 2)], as: UTF8.self)) ?? -1)
        }
        return isInstant ? text : nil
    }

    /// The civil date of a day, in a calendar whose years begin in March, so that the leap day is the last.
    ///
    /// https://howardhinnant.github.io/date_algorithms.html#civil_from_days
    static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
