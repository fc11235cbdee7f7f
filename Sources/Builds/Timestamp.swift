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
        var text = Self.dateAndTime(parts, dateMark: UInt8(ascii: "-"), middle: UInt8(ascii: "T"))
        text.append(UInt8(ascii: "."))
        text.append(Int(fraction), width: 3)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// CodeBuild's log prefix form, `2026/03/01 12:34:56.789012`.
    static func logText(microseconds: Int64) -> String {
        let second = microseconds.flooredQuotient(by: 1_000_000)
        let parts = parts(ofSecond: second)
        var text = dateAndTime(parts, dateMark: UInt8(ascii: "/"), middle: UInt8(ascii: " "))
        text.append(UInt8(ascii: "."))
        text.append(Int(microseconds - second * 1_000_000), width: 6)
        return String(decoding: text, as: UTF8.self)
    }

    /// Bytes and no interpolation: a build writes a hundred of these.
    private static func dateAndTime(_ parts: Parts, dateMark: UInt8, middle: UInt8) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(32)
        text.append(parts.year, width: 4)
        text.append(dateMark)
        text.append(parts.month, width: 2)
        text.append(dateMark)
        text.append(parts.day, width: 2)
        text.append(middle)
        text.append(parts.hour, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(parts.minute, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(parts.second, width: 2)
        return text
    }

    /// Reads `text`'s form; the fraction may have any length or be absent.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int32? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (48...57).contains($0) }) else {
                return nil
            }
            return Int32(String(decoding: bytes[range], as: UTF8.self))
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), bytes.last == UInt8(ascii: "Z"),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = Self.days(toYear: Int64(year), month: Int64(month), day: Int64(day))
        let seconds = days * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
        let digits = bytes.dropFirst(20).dropLast().prefix(3)
        var fraction: Int64 = 0
        for place in 0..<3 {
            let digit = place < digits.count ? Int64(digits[digits.startIndex + place]) - 48 : 0
            guard (0...9).contains(digit) else { return nil }
            fraction = fraction * 10 + digit
        }
        milliseconds = seconds * 1000 + fraction
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

    private typealias Parts = (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int)

    private static func parts(ofSecond second: Int64) -> Parts {
        let day = second.flooredQuotient(by: 86_400)
        let inDay = Int(second - day * 86_400)
        let date = date(ofDay: day)
        return (date.year, date.month, date.day, inDay / 3600, inDay / 60 % 60, inDay % 60)
    }

    // Years are taken to begin in March, so that the leap day is their last; 400 of them are 146,097 days.

    /// Days from 1970 to a date of the Gregorian calendar.
    private static func days(toYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year.flooredQuotient(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a day since 1970.
    private static func date(ofDay day: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits, with zeros in front where it has fewer.
    fileprivate mutating func append(_ number: Int, width: Int) {
        var limit = 10
        for _ in 1..<width { limit *= 10 }
        guard (0..<limit).contains(number) else {
            // A year that has more than four digits, or is before the year 0.
            return append(contentsOf: String(number).utf8)
        }
        var rest = number
        for _ in 0..<width {
            limit /= 10
            append(UInt8(ascii: "0") + UInt8(rest / limit))
            rest %= limit
        }
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
