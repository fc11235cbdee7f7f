// SPDX-License-Identifier: Apache-2.0

internal import SQLite
package import WireWords

/// Batches of builds: begun with a change, planned once, and moved on by the ends of their builds.
extension Journal {
    /// The batch with this id.
    package func batch(_ id: BuildID) throws(JournalError) -> BatchRecord? {
        try read { () throws(SQLiteError) in try batchRecord(id) }
    }

    /// The batch of a project with this number.
    package func batch(project: String, number: Int64) throws(JournalError) -> BatchRecord? {
        try read { () throws(SQLiteError) in
            try database.first(
                "SELECT \(BatchRecord.columns) FROM batches WHERE project = ?1 AND number = ?2",
                [.text(project), .integer(number)],
                BatchRecord.init
            )
        }
    }

    /// The batches whose unique part begins with `prefix`, up to three.
    package func batches(uuidPrefix prefix: String) throws(JournalError) -> [BatchRecord] {
        let prefix = prefix.lowercased()
        let isPart = prefix.utf8.allSatisfy { BuildID.isHexDigit($0) || $0 == UInt8(ascii: "-") }
        if prefix.isEmpty || !isPart { return [] }
        return try read { () throws(SQLiteError) in
            try database.query(
                "SELECT \(BatchRecord.columns) FROM batches WHERE uuid >= ?1 AND uuid < ?2 ORDER BY uuid LIMIT 3",
                [.text(prefix), .text(prefix + "~")],
                BatchRecord.init
            )
        }
    }

    /// All batches that are not over, oldest first.
    package func unfinishedBatches() throws(JournalError) -> [BatchRecord] {
        try read { () throws(SQLiteError) in
            try database.query(
                "SELECT \(BatchRecord.columns) FROM batches WHERE status = 'IN_PROGRESS' ORDER BY seq",
                [],
                BatchRecord.init
            )
        }
    }

    /// All builds of a batch, retries too, oldest first.
    package func builds(ofBatch id: BuildID) throws(JournalError) -> [BuildRecord] {
        try read { () throws(SQLiteError) in try batchBuilds(id) }
    }

    /// Notes what a batch is to build; the first plan holds.
    /// - Returns: the record as it is now; nil when the batch is over or not there.
    @discardableResult
    package func plan(_ id: BuildID, _ plan: String, at instant: Int64) throws(JournalError) -> BatchRecord? {
        try updateBatch(
            id,
            "plan = coalesce(plan, ?2), planned_at = coalesce(planned_at, ?3) WHERE uuid = ?1 AND status = 'IN_PROGRESS'",
            [.text(plan), .integer(instant)]
        )
    }

    /// Ends a batch that cannot be run, with AWS's status code and the reason.
    /// - Returns: the record as it is now; nil when the batch is over or not there.
    @discardableResult
    package func refuse(
        _ id: BuildID,
        code: String,
        reason: String,
        at instant: Int64
    ) throws(JournalError) -> BatchRecord? {
        try updateBatch(
            id,
            """
            status = 'FAILED', problem_code = ?2, end_reason = ?3, ended_at = ?4
            WHERE uuid = ?1 AND status = 'IN_PROGRESS'
            """,
            [.text(code), .text(reason), .integer(instant)]
        )
    }

    /// Asks a batch to stop; the first request is kept.
    /// - Returns: the record as it is now; nil when the batch is over or not there.
    package func requestBatchStop(
        _ id: BuildID,
        by person: String,
        at instant: Int64
    ) throws(JournalError) -> BatchRecord? {
        try updateBatch(
            id,
            """
            stop_requested_by = coalesce(stop_requested_by, ?2), stop_requested_at = coalesce(stop_requested_at, ?3)
            WHERE uuid = ?1 AND status = 'IN_PROGRESS'
            """,
            [.text(person), .integer(instant)]
        )
    }

    /// Moves a batch on: looks at it and at its builds, and queues what is to follow, in one transaction.
    ///
    /// So whoever else does the same at the same time finds that it has been done.
    /// - Parameters:
    ///   - id: the batch.
    ///   - instant: now.
    ///   - decide: what is to follow from the state of the batch and of its builds, oldest first; it does nothing itself.
    /// - Returns: the batch as it is now, the builds that were queued, and what was decided; nil when the batch is over, not
    ///   there, or has no plan.
    /// - Throws: `conflict` when a build's id is taken; then nothing was done.
    package func advance(
        _ id: BuildID,
        at instant: Int64,
        _ decide: (BatchRecord, [BuildRecord]) -> BatchStep
    ) throws(JournalError) -> (batch: BatchRecord, queued: [BuildRecord], step: BatchStep)? {
        try write { () throws(SQLiteError) -> (batch: BatchRecord, queued: [BuildRecord], step: BatchStep)? in
            guard var batch = try batchRecord(id), batch.status == .inProgress, batch.plan != nil else { return nil }
            let step = decide(batch, try batchBuilds(id))
            var queued: [BuildRecord] = []
            for draft in step.starts { queued.append(try insertBuild(draft, isStarting: false, at: instant)) }
            if let verdict = step.verdict {
                let ended = try updatedBatch(
                    id,
                    "status = ?2, ended_at = ?3 WHERE uuid = ?1",
                    [.text(verdict.rawValue), .integer(instant)]
                )
                batch = ended ?? batch
            }
            return (batch, queued, step)
        }
    }

    // MARK: - Inside a transaction

    /// Inserts a batch with the next number of its project.
    func insertBatch(_ draft: BatchDraft, at instant: Int64) throws(SQLiteError) -> BatchRecord {
        let number = try nextNumber("\(draft.id.project) batch")
        let record = try database.first(
            """
            INSERT INTO batches
                (project, uuid, number, repository_id, ref, commit_oid, previous_commit, initiator, environment, settings,
                 status, queued_at, action, inputs)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'IN_PROGRESS', ?11, ?12, ?13)
            RETURNING \(BatchRecord.columns)
            """,
            [
                .text(draft.id.project), .text(draft.id.uuid), .integer(number),
                SQLiteValue(draft.repository?.rawValue), .text(draft.ref), .text(draft.commit),
                SQLiteValue(draft.previousCommit), .text(draft.initiator), .text(draft.environment),
                .text(draft.settings), .integer(instant), SQLiteValue(draft.action), SQLiteValue(draft.inputs),
            ],
            BatchRecord.init
        )
        guard let record else { throw Self.vanished }
        return record
    }

    func batchRecord(_ id: BuildID) throws(SQLiteError) -> BatchRecord? {
        let record = try database.first(
            "SELECT \(BatchRecord.columns) FROM batches WHERE uuid = ?1",
            [.text(id.uuid)],
            BatchRecord.init
        )
        return record?.id == id ? record : nil
    }

    private func batchBuilds(_ id: BuildID) throws(SQLiteError) -> [BuildRecord] {
        try database.query(
            "SELECT \(BuildRecord.columns) FROM builds WHERE batch = ?1 ORDER BY seq",
            [.text(id.description)],
            BuildRecord.init
        )
    }

    private func updateBatch(
        _ id: BuildID,
        _ change: String,
        _ values: [SQLiteValue]
    ) throws(JournalError) -> BatchRecord? {
        try write { () throws(SQLiteError) in try updatedBatch(id, change, values) }
    }

    private func updatedBatch(
        _ id: BuildID,
        _ change: String,
        _ values: [SQLiteValue]
    ) throws(SQLiteError) -> BatchRecord? {
        try database.first(
            "UPDATE batches SET \(change) RETURNING \(BatchRecord.columns)",
            [.text(id.uuid)] + values,
            BatchRecord.init
        )
    }
}
