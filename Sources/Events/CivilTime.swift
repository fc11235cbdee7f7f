// SPDX-License-Identifier: Apache-2.0

/// A date and the time of day, in no zone of its own.
struct CivilTime: Sendable, Hashable {
    var date: CivilDate
    var hour: Int
    var minute: Int
    var second: Int

    init(_ date: CivilDate, hour: Int, minute: Int, second: Int = 0) {
        self.date = date
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The time of a second counted from 1970-01-01T00:00:00.
    init(second total: Int64) {
        let days = Self.floor(total, 86_400)
        let inDay = Int(total - days * 86_400)
        self.init(
            CivilDate(daysSince1970: days),
            hour: inDay / 3600,
            minute: inDay / 60 % 60,
            second: inDay % 60
        )
    }

    /// Seconds since 1970-01-01T00:00:00.
    var secondsSince1970: Int64 {
        date.daysSince1970 * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// A quotient rounded down, also below zero.
    static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
        let quotient = number / divisor
        return number % divisor < 0 ? quotient - 1 : quotient
    }
}
