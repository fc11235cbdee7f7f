// SPDX-License-Identifier: Apache-2.0

/// What the journal made of a notice.
package struct RecordedChange: Sendable, Hashable {
    /// The number of the change; for a duplicate that of the change noticed first.
    ///
    /// Nil when none is on record: a scan
    /// that was overtaken, or that found what was there when the repository was added.
    package let seq: Int64?
    /// Whether the notice was new.
    package let verdict: Verdict
    /// The build that follows from the change; for a duplicate the build of the change noticed first, if it had one.
    package let build: BuildRecord?

    /// The batch that follows from the change, as above.
    package let batch: BatchRecord?

    /// The executions of pipelines that follow from the change, as above.
    package let executions: [QueuedExecution]

    package init(
        seq: Int64?,
        verdict: Verdict,
        build: BuildRecord?,
        batch: BatchRecord? = nil,
        executions: [QueuedExecution] = []
    ) {
        self.seq = seq
        self.verdict = verdict
        self.build = build
        self.batch = batch
        self.executions = executions
    }

    /// Whether a notice was new.
    package enum Verdict: Sendable, Hashable {
        /// It is on record now, and what was intended has been done.
        case recorded
        /// It is on record now, but the ref had moved on before it was told: no execution was begun, which would take the place
        /// of a newer one.
        case late
        /// A scan had recorded the change; a hook now adds what it alone knows, and nothing else was done.
        case claimed
        /// Another notice of the same change came first; nothing was done.
        case duplicate
        /// The ref's last-seen value is no longer the one that the scan compared with; nothing was done, and the ref
        /// must be read again.
        case overtaken
    }
}
