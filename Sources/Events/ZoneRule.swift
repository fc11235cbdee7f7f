// SPDX-License-Identifier: Apache-2.0

/// The rule by which a zone goes on after the last transition that is listed: `CET-1CEST,M3.5.0,M10.5.0/3`
/// (POSIX's `TZ`, with the hours of RFC 8536).
struct ZoneRule: Sendable, Hashable {
    private struct Summer: Sendable, Hashable {
        var offset: Int64
        var start: Change
        var end: Change
    }

    /// When in a year, by local time.
    private struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// `Mm.w.d`: the day d (0 Sunday) of week w (5 the last) of month m.
            case week(month: Int, week: Int, weekday: Int)
            /// `Jn`: 1 to 365, the 29th of February not counted.
            case withoutLeapDay(Int)
            /// `n`: 0 to 365.
            case dayOfYear(Int)
        }

        var day: Day
        /// Seconds after midnight; may be negative, or more than a day.
        var seconds: Int64

        func second(in year: Int) -> Int64 {
            let days: Int64
            switch day {
            case .week(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1)
                var day = 1 + (weekday - (first.weekday - 1) + 7) % 7 + (week - 1) * 7
                if day > CivilDate.daysInMonth(month, of: year) { day -= 7 }
                days = first.daysSince1970 + Int64(day - 1)
            case .withoutLeapDay(let number):
                let isAfterLeapDay = number > 59 && CivilDate.daysInMonth(2, of: year) == 29
                days =
                    CivilDate(year: year, month: 1, day: 1).daysSince1970 + Int64(number - 1 + (isAfterLeapDay ? 1 : 0))
            case .dayOfYear(let number):
                days = CivilDate(year: year, month: 1, day: 1).daysSince1970 + Int64(number)
            }
            return days * 86_400 + seconds
        }
    }

    private let standard: Int64
    private let summer: Summer?

    /// Reads a rule; nil for what is none.
    init?(_ text: some Collection<UInt8>) {
        var rest = Array(text)[...]
        guard Self.name(&rest), let west = Self.time(&rest) else { return nil }
        standard = -west
        if rest.isEmpty {
            summer = nil
            return
        }
        guard Self.name(&rest) else { return nil }
        var offset = -west + 3600
        if rest.first != UInt8(ascii: ",") {
            guard let west = Self.time(&rest) else { return nil }
            offset = -west
        }
        guard rest.popFirst() == UInt8(ascii: ","), let start = Self.change(&rest),
            rest.popFirst() == UInt8(ascii: ","), let end = Self.change(&rest), rest.isEmpty
        else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    /// What is added to UTC at an instant, in seconds.
    func offset(at second: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = CivilTime(second: second + standard).date.year
        let start = summer.start.second(in: year) - standard
        let end = summer.end.second(in: year) - summer.offset
        // South of the equator summer begins in one year and ends in the next.
        let isSummer = start < end ? second >= start && second < end : second >= start || second < end
        return isSummer ? summer.offset : standard
    }

    // MARK: - Reading

    /// `CET` or `<+03>`.
    private static func name(_ rest: inout ArraySlice<UInt8>) -> Bool {
        if rest.first == UInt8(ascii: "<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let name = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
        rest = rest.dropFirst(name.count)
        return name.count >= 3
    }

    /// `[+-]h[:m[:s]]`, in seconds.
    private static func time(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        var sign: Int64 = 1
        if let byte = rest.first, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
            sign = byte == UInt8(ascii: "-") ? -1 : 1
            rest = rest.dropFirst()
        }
        var seconds: Int64 = 0
        for unit in [Int64(3600), 60, 1] {
            guard let value = number(&rest), value <= 167 else { return nil }
            seconds += Int64(value) * unit
            guard rest.first == UInt8(ascii: ":") else { break }
            rest = rest.dropFirst()
        }
        return sign * seconds
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let digits = rest.prefix { (48...57).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits.count <= 4 ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }

    private static func change(_ rest: inout ArraySlice<UInt8>) -> Change? {
        let day: Change.Day
        switch rest.first {
        case UInt8(ascii: "M"):
            rest = rest.dropFirst()
            guard let month = number(&rest), (1...12).contains(month), rest.popFirst() == UInt8(ascii: "."),
                let week = number(&rest), (1...5).contains(week), rest.popFirst() == UInt8(ascii: "."),
                let weekday = number(&rest), (0...6).contains(weekday)
            else { return nil }
            day = .week(month: month, week: week, weekday: weekday)
        case UInt8(ascii: "J"):
            rest = rest.dropFirst()
            guard let number = number(&rest), (1...365).contains(number) else { return nil }
            day = .withoutLeapDay(number)
        default:
            guard let number = number(&rest), (0...365).contains(number) else { return nil }
            day = .dayOfYear(number)
        }
        guard rest.first == UInt8(ascii: "/") else { return Change(day: day, seconds: 7200) }
        rest = rest.dropFirst()
        return time(&rest).map { Change(day: day, seconds: $0) }
    }
}
