// SPDX-License-Identifier: Apache-2.0

internal import SQLite

/// Builds and batches that carry out the orders of pipelines: one for each order, however often it is asked for.
extension Journal {
    /// Queues the build of an order, or finds the one that there is.
    ///
    /// The draft names its action.
    /// - Returns: the last attempt, and whether it has just been queued.
    /// - Throws: `conflict` when the id is taken by another build.
    package func enqueueAction(
        _ draft: BuildDraft,
        at instant: Int64
    ) throws(JournalError) -> (build: BuildRecord, isNew: Bool) {
        try write { () throws(SQLiteError) -> (build: BuildRecord, isNew: Bool) in
            if let action = draft.action, let found = try actionBuild(action) { return (found, false) }
            return (try insertBuild(draft, isStarting: false, at: instant), true)
        }
    }

    /// Begins the batch of an order, or finds the one that there is.
    /// - Returns: the batch, and whether it has just been begun.
    /// - Throws: `conflict` when the id is taken by another batch.
    package func enqueueAction(
        _ draft: BatchDraft,
        at instant: Int64
    ) throws(JournalError) -> (batch: BatchRecord, isNew: Bool) {
        try write { () throws(SQLiteError) -> (batch: BatchRecord, isNew: Bool) in
            if let action = draft.action, let found = try actionBatch(action) { return (found, false) }
            return (try insertBatch(draft, at: instant), true)
        }
    }

    /// The last attempt of an order's build.
    package func build(ofAction action: String) throws(JournalError) -> BuildRecord? {
        try read { () throws(SQLiteError) in try actionBuild(action) }
    }

    /// The batch of an order.
    package func batch(ofAction action: String) throws(JournalError) -> BatchRecord? {
        try read { () throws(SQLiteError) in try actionBatch(action) }
    }

    private func actionBuild(_ action: String) throws(SQLiteError) -> BuildRecord? {
        try database.first(Self.buildByAction, [.text(action)], BuildRecord.init)
    }

    private func actionBatch(_ action: String) throws(SQLiteError) -> BatchRecord? {
        try database.first(
            "SELECT \(BatchRecord.columns) FROM batches WHERE action = ?1",
            [.text(action)],
            BatchRecord.init
        )
    }

    static let buildByAction =
        "SELECT \(BuildRecord.columns) FROM builds WHERE action = ?1 ORDER BY attempt DESC LIMIT 1"
}
