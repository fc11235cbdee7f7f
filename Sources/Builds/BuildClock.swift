// SPDX-License-Identifier: Apache-2.0

internal import Processes

/// The dates of one build: the machine's date at its beginning, counted on by a clock that nobody can set.
///
/// So every duration is the time that has passed, and nothing ends before it began, whatever happens to the date meanwhile.
struct BuildClock: Sendable {
    private let date: Timestamp
    /// What the other clock said then.
    private let beginning: Int64
    private let uptime: @Sendable () -> Int64

    /// * `uptime`: milliseconds that only ever rise; the machine's sleep counts.
    init(
        at date: Timestamp = .now(),
        uptime: @escaping @Sendable () -> Int64 = MonotonicClock.millisecondsWithSleep
    ) {
        self.date = date
        self.uptime = uptime
        beginning = uptime()
    }

    /// The present.
    func now() -> Timestamp {
        Timestamp(milliseconds: date.milliseconds + uptime() - beginning)
    }
}
