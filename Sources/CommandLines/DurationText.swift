// SPDX-License-Identifier: Apache-2.0

/// Writes how long something took.
package enum DurationText {
    /// The two largest units: "340 ms", "59.9s", "1m 05s", "2h 03m", "4d 07h"; rounded down, and 0 for less than nothing.
    package static func text(milliseconds: Int64) -> String {
        let milliseconds = max(0, milliseconds)
        let seconds = milliseconds / 1_000
        let minutes = seconds / 60
        let hours = minutes / 60
        if seconds == 0 { return "\(milliseconds) ms" }
        if minutes == 0 { return "\(seconds).\(milliseconds % 1_000 / 100)s" }
        if hours == 0 { return "\(minutes)m \(twoDigits(seconds % 60))s" }
        if hours < 24 { return "\(hours)h \(twoDigits(minutes % 60))m" }
        return "\(hours / 24)d \(twoDigits(hours % 24))h"
    }

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
