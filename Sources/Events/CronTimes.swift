// SPDX-License-Identifier: Apache-2.0

/// The instants that a cron expression names in a time zone, in whole seconds since 1970, UTC.
struct CronTimes: Sendable, Hashable {
    private let expression: CronExpression
    private let zone: ZoneClock

    init(_ expression: CronExpression, _ zone: ZoneClock) {
        self.expression = expression
        self.zone = zone
    }

    /// Whether the minute of an instant is named.
    func contains(_ second: Int64) -> Bool {
        expression.contains(CivilTime(second: second + zone.offset(at: second)))
    }

    /// The first minute that is named and begins after an instant; nil when there is none any more.
    ///
    /// A time that the clocks leave out in spring is left out; one that they show twice in autumn comes twice.
    func next(after second: Int64) -> Int64? {
        let local = CivilTime(second: second + zone.offset(at: second))
        // The day before: where clocks are put back over midnight, some of it is still to come.
        var start = CivilDate(daysSince1970: local.date.daysSince1970 - 1)
        while let date = expression.firstDate(from: start) {
            var first: Int64?
            for minute in expression.minutesOfDay {
                let time = CivilTime(date, hour: minute / 60, minute: minute % 60)
                for instant in zone.instants(of: time.secondsSince1970) where instant > second {
                    first = min(first ?? instant, instant)
                }
                // Later minutes only come earlier where clocks are put back, which is by less than three hours.
                if let first, first + 10_800 < time.secondsSince1970 - zone.offset(at: first) { break }
            }
            if let first { return first }
            start = CivilDate(daysSince1970: date.daysSince1970 + 1)
        }
        return nil
    }
}
