// SPDX-License-Identifier: Apache-2.0

internal import Events

/// The next time of a schedule is the first minute for which it says so.
struct ScheduleTarget: FuzzTarget {
    let name = "schedule"
    let seeds = [
        "cron(0 12 ? * MON-FRI *)", "cron(*/15 8-17 1,15,L * ? 2026-2030)", "cron(0/5 FRI ? * 6#3 *)",
        "rate(5 minutes)", "rate(1 day)",
        "cron(59 23 LW 2 ? *)", "cron(0 0 31W * ? 2199)", "cron(0 0 ? 1-12/5 6L *)",
    ].map { Array($0.utf8) }
    let words = [
        "cron(", "rate(", ")", " ", "?", "*", "L", "W", "#", "-", "/", ",", "MON", "JAN", "0", "59", "31", "12", "7",
        "1970", "2199", " minutes",
        " hour", "LW", "L-3",
    ]

    func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        guard let schedule = try? Schedule(text) else { return }
        var generator = SeededGenerator(hashing: input)
        let now = 1_700_000_000_000 + Int64(generator.number(below: 1 << 40))
        let next = schedule.next(after: now)
        if let next { try FuzzFailure.unless(next > now, "the next time after \(now) is \(next)") }
        guard text.hasPrefix("cron("), let window = try? DeploymentWindow(cron: "0 " + text.dropFirst(5).dropLast())
        else {
            return
        }
        try FuzzFailure.unless(window.next(after: now) == next, "a window of these minutes begins at another time")
        if let next {
            try FuzzFailure.unless(window.contains(next) && next % 60_000 == 0, "\(next) is no minute of it")
        }
        // Two days, minute by minute.
        let minute = Int64(60_000)
        var time = (now / minute + 1) * minute
        let end = min(next ?? .max, now + 2 * 1440 * minute)
        while time < end {
            try FuzzFailure.unless(!window.contains(time), "\(time) is before \(next ?? 0)")
            time += minute
        }
    }
}
