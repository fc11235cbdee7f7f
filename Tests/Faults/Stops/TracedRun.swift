// SPDX-License-Identifier: Apache-2.0

/// What a daemon that was to be stopped has done.
struct TracedRun {
    let point: StopPoint
    let operations: [Operation]
    /// Whether the stop point was reached.
    let wasStopped: Bool

    /// The builds, by the unique part of their ids, that a supervisor had begun, as far as supervisors were watched.
    ///
    /// A build has begun when there is a file for its events: only then could something be done twice.
    var begun: Set<String> {
        let isUndone = wasStopped && !point.isAfter
        return Set(
            operations.dropLast(isUndone ? 1 : 0).compactMap { operation in
                let words = operation.subject.split(separator: "/")
                return words.count == 3 && words[2] == "events.jsonl" ? String(words[1]) : nil
            }
        )
    }
}
