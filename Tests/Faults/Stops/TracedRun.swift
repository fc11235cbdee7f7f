// SPDX-License-Identifier: Apache-2.0

/// What a daemon that was to be stopped has done.
struct TracedRun {
    let point: StopPoint
    let operations: [Operation]
    /// Whether the stop point was reached.
    let wasStopped: Bool

    /// The builds, by the unique part of their ids, that may have been lost with their supervisors.
    ///
    /// Where a supervisor alone was stopped, its own. Where all were, those for whose events there was a file: what has not
    /// come so far is begun again. Where the daemon alone was, none.
    var begun: Set<String> {
        let done = operations.dropLast(wasStopped && !point.isAfter && point.isPowerCut ? 1 : 0)
        let builds = done.compactMap { operation -> String? in
            let words = operation.subject.split(separator: "/")
            guard words.count > 1, words[0] == "builds", point.subject != .daemon else { return nil }
            return point.isPowerCut && words.last != "events.jsonl" ? nil : String(words[1])
        }
        return Set(builds)
    }
}
