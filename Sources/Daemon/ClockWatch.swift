// SPDX-License-Identifier: Apache-2.0

/// Notices that somebody has set the date.
///
/// A machine that wakes from a long sleep has not: the time that it has slept has passed.
struct ClockWatch: Sendable {
    /// How far the date may stray from the time that passes before it counts as set; time services slew by less at once.
    static let toleranceMilliseconds: Int64 = 5_000

    /// The date less the time that has passed since the machine's start.
    private var lead: Int64?

    /// Compares the date with the time that has passed since the last call.
    /// - Parameters:
    ///   - date: milliseconds since 1970.
    ///   - uptime: milliseconds since the machine's start, its sleep included.
    /// - Returns: by how many milliseconds the date was set meanwhile; 0 when it was not.
    mutating func jump(date: Int64, uptime: Int64) -> Int64 {
        let now = date - uptime
        let moved = lead.map { now - $0 } ?? 0
        // What strays slowly is no jump, however far it comes in the end.
        lead = now
        return abs(moved) < Self.toleranceMilliseconds ? 0 : moved
    }
}
