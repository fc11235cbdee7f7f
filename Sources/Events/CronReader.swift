// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of cron expressions; names and letters of either case.
struct CronReader {
    private static let monthNames = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    private static let dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    /// What a field that is a list of numbers may hold.
    private struct Kind {
        var name: String
        var range: ClosedRange<Int>
        /// For the numbers from the range's first on.
        var names: [String] = []
    }

    private static let second = Kind(name: "seconds", range: 0...59)
    private static let minute = Kind(name: "minutes", range: 0...59)
    private static let hour = Kind(name: "hours", range: 0...23)
    private static let dayOfMonth = Kind(name: "day-of-month", range: 1...31)
    private static let month = Kind(name: "month", range: 1...12, names: monthNames)
    private static let dayOfWeek = Kind(name: "day-of-week", range: 1...7, names: dayNames)
    private static let year = Kind(name: "year", range: CronExpression.years)

    /// Reads minutes, hours, day of month, month, day of week, and a year that may be left out.
    /// - Throws: a sentence's end that says what is wrong.
    static func read(_ fields: [String], hasYear: Bool) throws(CronProblem) -> CronExpression {
        CronExpression(
            minutes: try bits(fields[0], minute),
            hours: try bits(fields[1], hour),
            months: try bits(fields[3], month),
            years: try hasYear ? years(fields[5]) : nil,
            days: try days(fields[2].uppercased(), fields[4].uppercased())
        )
    }

    /// Looks at a field of seconds, which say nothing here.
    static func checkSeconds(_ field: String) throws(CronProblem) {
        _ = try numbers(field.uppercased(), second)
    }

    private static func bits(_ field: String, _ kind: Kind) throws(CronProblem) -> UInt64 {
        try numbers(field.uppercased(), kind).reduce(0) { $0 | 1 << UInt64($1) }
    }

    private static func years(_ field: String) throws(CronProblem) -> Set<Int>? {
        field == "*" ? nil : Set(try numbers(field, year))
    }

    // MARK: - Lists of numbers

    private static func numbers(_ field: String, _ kind: Kind) throws(CronProblem) -> [Int] {
        var result: [Int] = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            result += try series(part, kind)
        }
        return result
    }

    /// `5`, `*`, `5-9`, `*/2`, `5/15`, `5-59/10`; a range may go round, as `FRI-MON`.
    private static func series(_ text: Substring, _ kind: Kind) throws(CronProblem) -> [Int] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let base = parts.first, !base.isEmpty else { throw bad(text, kind) }
        var step = 1
        if parts.count == 2 {
            guard let number = Int(parts[1]), number > 0, number <= kind.range.upperBound else { throw bad(text, kind) }
            step = number
        }
        var (low, high) = (kind.range.lowerBound, kind.range.upperBound)
        if base != "*" {
            let ends = base.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, let first = ends.first else { throw bad(text, kind) }
            low = try number(first, kind)
            if ends.count == 2 { high = try number(ends[1], kind) } else if parts.count == 1 { high = low }
        }
        if low <= high { return Array(stride(from: low, through: high, by: step)) }
        let count = kind.range.count
        return stride(from: low, through: high + count, by: step).map {
            ($0 - kind.range.lowerBound) % count + kind.range.lowerBound
        }
    }

    private static func number(_ text: Substring, _ kind: Kind) throws(CronProblem) -> Int {
        if let index = kind.names.firstIndex(of: String(text)) { return kind.range.lowerBound + index }
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, let number = Int(text), kind.range.contains(number) else { throw bad(text, kind) }
        return number
    }

    private static func bad(_ text: Substring, _ kind: Kind) -> CronProblem {
        let names = kind.names.first.flatMap { first in kind.names.last.map { " or \(first) to \($0)" } } ?? ""
        return CronProblem(
            "'\(text)' in the field \(kind.name) is not \(kind.range.lowerBound) to \(kind.range.upperBound)\(names)"
        )
    }

    // MARK: - Days

    private static func days(_ month: String, _ week: String) throws(CronProblem) -> [CronExpression.DayRule] {
        switch (month == "?", week == "?") {
        case (true, true): throw CronProblem("only one of the fields day-of-month and day-of-week may be `?`")
        case (false, false): throw CronProblem("one of the fields day-of-month and day-of-week must be `?`")
        case (false, true): return try rules(month, dayOfMonth, ofMonth)
        case (true, false): return try rules(week, dayOfWeek, ofWeek)
        }
    }

    private static func rules(
        _ field: String,
        _ kind: Kind,
        _ special: (Substring) throws(CronProblem) -> CronExpression.DayRule?
    ) throws(CronProblem) -> [CronExpression.DayRule] {
        if field == "*" { return [.every] }
        var result: [CronExpression.DayRule] = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            if let rule = try special(part) {
                result.append(rule)
            } else {
                result += try series(part, kind).map { kind.names.isEmpty ? .day($0) : .weekday($0) }
            }
        }
        return result
    }

    /// `L`, `L-3`, `LW`, `15W`; nil for a number.
    private static func ofMonth(_ text: Substring) throws(CronProblem) -> CronExpression.DayRule? {
        if text == "L" { return .beforeLast(0) }
        if text == "LW" || text == "WL" { return .lastWeekday }
        if text.hasPrefix("L-") {
            guard let offset = Int(text.dropFirst(2)), (0...30).contains(offset) else { throw bad(text, dayOfMonth) }
            return .beforeLast(offset)
        }
        if text.hasSuffix("W") { return .nearestWeekday(try number(text.dropLast(), dayOfMonth)) }
        return nil
    }

    /// `L`, `6L`, `6#3`; nil for a number.
    private static func ofWeek(_ text: Substring) throws(CronProblem) -> CronExpression.DayRule? {
        if text == "L" { return .weekday(7) }
        if text.hasSuffix("L") { return .last(weekday: try number(text.dropLast(), dayOfWeek)) }
        if let sign = text.firstIndex(of: "#") {
            guard let nth = Int(text[text.index(after: sign)...]), (1...5).contains(nth) else {
                throw CronProblem("'\(text)' in the field day-of-week: after `#` comes 1 to 5")
            }
            return .nth(weekday: try number(text[..<sign], dayOfWeek), nth)
        }
        return nil
    }
}
