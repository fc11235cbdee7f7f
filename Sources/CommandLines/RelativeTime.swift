// SPDX-License-Identifier: Apache-2.0

/// Says how long ago something was.
package enum RelativeTime {
    private static let units: [(name: String, seconds: Int64)] = [
        ("year", 31_536_000), ("month", 2_592_000), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1),
    ]

    /// Words such as "3 minutes ago", "just now" within two seconds, or "in 3 minutes" where clocks disagree; the largest
    /// unit only; the past is rounded down.
    /// - Parameters:
    ///   - instant: milliseconds since 1970, UTC.
    ///   - now: likewise.
    /// - Returns: the words.
    package static func text(_ instant: Int64, now: Int64) -> String {
        let (difference, isTooFar) = now.subtractingReportingOverflow(instant)
        if isTooFar { return instant < now ? "long ago" : "far in the future" }
        let seconds = Int64(clamping: difference.magnitude / 1_000)
        guard seconds >= 2, let unit = units.first(where: { seconds >= $0.seconds }) else { return "just now" }
        // What is to come is told to the nearest unit, so that a week that has just begun is seven days.
        let count = difference > 0 ? seconds / unit.seconds : (seconds + unit.seconds / 2) / unit.seconds
        let words = "\(count) \(unit.name)\(count == 1 ? "" : "s")"
        return difference > 0 ? "\(words) ago" : "in \(words)"
    }
}
