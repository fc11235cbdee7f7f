// SPDX-License-Identifier: Apache-2.0

/// When a rule acts by the clock: `rate(5 minutes)`, `cron(0 12 ? * MON-FRI *)` in UTC, by the minute
/// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>).
package struct Schedule: Sendable, Hashable {
    private enum Kind: Sendable, Hashable {
        /// Milliseconds.
        case rate(Int64)
        case cron(CronExpression)
    }

    private static let units = ["minute": Int64(60_000), "hour": 3_600_000, "day": 86_400_000]

    private let kind: Kind

    /// Reads an expression.
    /// - Throws: `invalid`.
    package init(_ expression: String) throws(EventError) {
        if let content = Self.content(of: expression, "rate") {
            kind = .rate(try Self.rate(content, expression))
        } else if let content = Self.content(of: expression, "cron") {
            let fields = content.split(whereSeparator: { $0 == " " || $0 == "\t" }).map { String($0) }
            guard fields.count == 6 else {
                throw Self.bad(
                    expression,
                    "cron has six fields (minutes, hours, day of month, month, day of week, year)"
                )
            }
            do throws(CronProblem) {
                kind = .cron(try CronReader.read(fields, hasYear: true))
            } catch {
                throw Self.bad(expression, error.text)
            }
        } else {
            throw Self.bad(expression, "it is neither rate(…) nor cron(…)")
        }
    }

    /// The first time after an instant; nil when there is none any more.
    /// - Parameters:
    ///   - instant: milliseconds since 1970, UTC.
    ///   - beginning: from which a rate is counted: when the rule was made.
    /// - Returns: milliseconds since 1970, UTC.
    package func next(after instant: Int64, since beginning: Int64 = 0) -> Int64? {
        switch kind {
        case .rate(let period):
            if instant < beginning { return beginning + period }
            return beginning + (CivilTime.floor(instant - beginning, period) + 1) * period
        case .cron(let expression):
            return CronTimes(expression, .utc).next(after: CivilTime.floor(instant, 1000)).map { $0 * 1000 }
        }
    }

    private static func content(of expression: String, _ name: String) -> Substring? {
        guard expression.hasPrefix("\(name)("), expression.hasSuffix(")") else { return nil }
        return expression.dropFirst(name.count + 1).dropLast()
    }

    private static func rate(_ content: Substring, _ expression: String) throws(EventError) -> Int64 {
        let words = content.split(separator: " ")
        guard words.count == 2, let value = Int64(words[0]), value > 0, !words[0].hasPrefix("+") else {
            throw bad(expression, "rate has a number above 0 and a unit")
        }
        let unit = value == 1 ? String(words[1]) : String(words[1].dropLast())
        guard value == 1 || words[1].hasSuffix("s"), let length = units[unit] else {
            throw bad(expression, "the unit is minute, hour or day for 1, and minutes, hours or days for more")
        }
        let (period, isTooLong) = value.multipliedReportingOverflow(by: length)
        if isTooLong || period > 1 << 50 { throw bad(expression, "that is longer than anything lasts") }
        return period
    }

    private static func bad(_ expression: String, _ why: String) -> EventError {
        EventError(.invalid, "Parameter ScheduleExpression is not valid: '\(expression)': \(why).")
    }
}
