// SPDX-License-Identifier: Apache-2.0

/// When deployments may go on: the rule `DeploymentWindow`, with a cron expression of Quartz's kind and a time zone.
///
/// Six fields and a year that may be left out; of the seconds nothing depends: a window is made of whole minutes.
package struct DeploymentWindow: Sendable, Hashable {
    private let times: CronTimes

    /// Reads the values of `Cron` and `TimeZone`.
    /// - Parameters:
    ///   - cron: seconds, minutes, hours, day of month, month, day of week, and a year.
    ///   - timeZone: nil: UTC.
    /// - Throws: `invalid`.
    package init(cron: String, timeZone: String? = nil) throws(EventError) {
        let zone = try timeZone.map { name throws(EventError) in try ZoneClock(name) } ?? .utc
        try self.init(cron: cron, zone: zone)
    }

    /// The same, in a zone that is there.
    package init(cron: String, zone: ZoneClock) throws(EventError) {
        let fields = cron.split(whereSeparator: { $0 == " " || $0 == "\t" }).map { String($0) }
        guard fields.count == 6 || fields.count == 7 else {
            throw EventError(
                .invalid,
                "the Cron '\(cron)' has \(fields.count) fields, not six (seconds, minutes, hours, day of month, month, day of "
                    + "week) or seven (year)"
            )
        }
        do throws(CronProblem) {
            try CronReader.checkSeconds(fields[0])
            let expression = try CronReader.read(Array(fields.dropFirst()), hasYear: fields.count == 7)
            times = CronTimes(expression, zone)
        } catch {
            throw EventError(.invalid, "the Cron '\(cron)' is not valid: \(error.text)")
        }
    }

    /// Whether the window is open at an instant, in milliseconds since 1970, UTC.
    package func contains(_ instant: Int64) -> Bool {
        times.contains(CivilTime.floor(instant, 1000))
    }

    /// The next beginning of a minute in the window after an instant; nil when there is none any more.
    package func next(after instant: Int64) -> Int64? {
        times.next(after: CivilTime.floor(instant, 1000)).map { $0 * 1000 }
    }
}
