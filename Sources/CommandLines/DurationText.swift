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

    /// Reads "90s", "10m", "1h30m", "2d"; a number alone means minutes, as in AWS's settings.
    ///
    /// - Returns: seconds; nil for anything else, for nothing and for more than a hundred years.
    package static func seconds(_ text: String) -> Int? {
        if let minutes = Int(text) { return bounded(minutes, times: 60).flatMap { $0 > 0 ? $0 : nil } }
        var total = 0
        var digits = ""
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let number = Int(digits), let unit = units[character], let part = bounded(number, times: unit)
            else { return nil }
            total += part
            digits = ""
        }
        // A part may be nothing, as in "1h00m", but not all of it.
        return digits.isEmpty && total > 0 ? bounded(total, times: 1) : nil
    }

    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    private static func bounded(_ number: Int, times unit: Int) -> Int? {
        let (result, overflows) = number.multipliedReportingOverflow(by: unit)
        return overflows || result < 0 || result > 100 * 366 * 86_400 ? nil : result
    }

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
