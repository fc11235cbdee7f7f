// SPDX-License-Identifier: Apache-2.0

/// Instants as events have them: `2020-01-24T22:03:07Z`.
enum EventTime {
    static func text(_ milliseconds: Int64) -> String {
        let time = CivilTime(second: CivilTime.floor(milliseconds, 1000))
        return "\(pad(time.date.year, 4))-\(pad(time.date.month, 2))-\(pad(time.date.day, 2))T"
            + "\(pad(time.hour, 2)):\(pad(time.minute, 2)):\(pad(time.second, 2))Z"
    }

    private static func pad(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}
