// SPDX-License-Identifier: Apache-2.0

/// The minutes that a cron expression of Quartz's kind names, as times of day in no zone of its own.
struct CronExpression: Sendable, Hashable {
    /// Which days of a month.
    enum DayRule: Sendable, Hashable {
        /// Every day.
        case every
        /// `15`, of the month.
        case day(Int)
        /// `L` or `L-3`: so many days before the last.
        case beforeLast(Int)
        /// `15W`: the weekday nearest to a day, in the same month.
        case nearestWeekday(Int)
        /// `LW`: the last weekday.
        case lastWeekday
        /// `MON`, with 1 for Sunday.
        case weekday(Int)
        /// `6L`: the last Friday.
        case last(weekday: Int)
        /// `6#3`: the third Friday.
        case nth(weekday: Int, Int)
    }

    /// The years that there are.
    static let years = 1970...2199

    /// One bit each.
    var minutes: UInt64
    /// One bit each.
    var hours: UInt64
    /// One bit each, from 1.
    var months: UInt64
    /// Nil: every year.
    var years: Set<Int>?
    /// Any of these.
    var days: [DayRule]

    /// Whether the minute of a time is named.
    func contains(_ time: CivilTime) -> Bool {
        minutes >> UInt64(time.minute) & 1 == 1 && hours >> UInt64(time.hour) & 1 == 1
            && months >> UInt64(time.date.month) & 1 == 1 && years?.contains(time.date.year) ?? true
            && daysOfMonth(time.date.month, of: time.date.year) >> UInt64(time.date.day) & 1 == 1
    }

    /// The first date from one on that has a minute that is named; nil when there is none any more.
    func firstDate(from start: CivilDate) -> CivilDate? {
        var (year, month, day) = (max(start.year, Self.years.lowerBound), start.month, start.day)
        if start.year < year { (month, day) = (1, 1) }
        while Self.years.contains(year) {
            if years?.contains(year) ?? true {
                while month <= 12 {
                    if months >> UInt64(month) & 1 == 1 {
                        let rest = (daysOfMonth(month, of: year) >> UInt64(day)) << UInt64(day)
                        if rest != 0 { return CivilDate(year: year, month: month, day: rest.trailingZeroBitCount) }
                    }
                    (month, day) = (month + 1, 1)
                }
            }
            (year, month, day) = (year + 1, 1, 1)
        }
        return nil
    }

    /// The times of a day, ascending, as minutes since midnight.
    var minutesOfDay: some Sequence<Int> {
        (0..<1440).lazy.filter { [hours, minutes] minute in
            hours >> UInt64(minute / 60) & 1 == 1 && minutes >> UInt64(minute % 60) & 1 == 1
        }
    }

    /// The days of a month that are named, one bit each, from 1.
    private func daysOfMonth(_ month: Int, of year: Int) -> UInt64 {
        let count = CivilDate.daysInMonth(month, of: year)
        let first = CivilDate(year: year, month: month, day: 1).weekday
        func weekday(_ day: Int) -> Int { (first + day - 2) % 7 + 1 }
        var result: UInt64 = 0
        for rule in days {
            let day: Int
            switch rule {
            case .every:
                result |= ((1 << UInt64(count)) - 1) << 1
                continue
            case .weekday(let wanted):
                for day in 1...count where weekday(day) == wanted { result |= 1 << UInt64(day) }
                continue
            case .day(let number): day = number
            case .beforeLast(let offset): day = count - offset
            case .nearestWeekday(let number): day = number > count ? 0 : Self.nearest(number, weekday(number), count)
            case .lastWeekday: day = Self.nearest(count, weekday(count), count)
            case .last(let wanted): day = count - (weekday(count) - wanted + 7) % 7
            case .nth(let wanted, let number): day = 1 + (wanted - first + 7) % 7 + (number - 1) * 7
            }
            if (1...count).contains(day) { result |= 1 << UInt64(day) }
        }
        return result
    }

    /// The weekday nearest to a day, without leaving the month.
    private static func nearest(_ day: Int, _ weekday: Int, _ count: Int) -> Int {
        switch weekday {
        case 1: day == count ? day - 2 : day + 1
        case 7: day == 1 ? day + 2 : day - 1
        default: day
        }
    }
}
