// SPDX-License-Identifier: Apache-2.0

internal import SQLite
package import WireWords

/// Queueing builds and moving them on.
///
/// Each move checks the state that the build is in, in the same statement that changes it: of two that race, one wins, and
/// the other gets nil.
extension Journal {
    /// Gives a queued build a slot.
    /// - Returns: the record as it is now; nil when the build is not queued.
    @discardableResult
    package func start(_ id: BuildID, at instant: Int64) throws(JournalError) -> BuildRecord? {
        try update(
            id,
            """
            state = 'starting', current_phase = 'PROVISIONING', started_at = ?2, wait_reason = NULL
            WHERE uuid = ?1 AND state = 'queued'
            """,
            [.integer(instant)]
        )
    }

    /// Ends a build; the first verdict holds.
    ///
    /// The status is any but `inProgress`; the reason is given where the status does not say enough; the result is AWS's
    /// `Build` object as JSON; `files` is what it leaves; with `retry` that build is queued in the same transaction.
    /// - Returns: the record as it is now, and the new build's; nil when the build is over already or not there.
    @discardableResult
    package func finish(
        _ id: BuildID,
        _ status: BuildStatus,
        reason: String? = nil,
        result: String? = nil,
        files: KeptFiles? = nil,
        retry: BuildDraft? = nil,
        at instant: Int64
    ) throws(JournalError) -> (ended: BuildRecord, retry: BuildRecord?)? {
        precondition(status.isTerminal, "a build cannot end in progress")
        return try write { () throws(SQLiteError) -> (ended: BuildRecord, retry: BuildRecord?)? in
            let ended = try updated(
                id,
                """
                state = 'finished', status = ?2, current_phase = 'COMPLETED', ended_at = ?3, wait_reason = NULL,
                end_reason = ?4, result = ?5
                WHERE uuid = ?1 AND state <> 'finished'
                """,
                [.text(status.rawValue), .integer(instant), SQLiteValue(reason), SQLiteValue(result)]
            )
            guard let ended else { return nil }
            if let files { try keep(files, of: ended) }
            // Whoever stops a build does not want the next attempt, however late that came.
            guard let retry, ended.stopRequestedBy == nil else { return (ended, nil) }
            return (ended, try insertBuild(retry, isStarting: false, at: instant))
        }
    }

    /// Takes a build out of the queue that has waited for as long as it may.
    /// - Returns: the record as it is now; nil when the build is not queued.
    @discardableResult
    package func expire(_ id: BuildID, reason: String, at instant: Int64) throws(JournalError) -> BuildRecord? {
        try update(
            id,
            """
            state = 'finished', status = 'TIMED_OUT', current_phase = 'COMPLETED', ended_at = ?2, wait_reason = NULL,
            end_reason = ?3 WHERE uuid = ?1 AND state = 'queued'
            """,
            [.integer(instant), .text(reason)]
        )
    }

    /// Moves the instants at which waiting builds were queued with the date, which somebody has set, and notes how it stands.
    ///
    /// * `milliseconds`: by how much.
    /// * `body`: what is noted, as a resource of the kind and name.
    package func moveQueue(
        by milliseconds: Int64,
        noting body: String,
        kind: String,
        name: String,
        at instant: Int64
    ) throws(JournalError) {
        try write { () throws(SQLiteError) in
            if milliseconds != 0 {
                try database.execute(
                    // As an index of theirs has it.
                    "UPDATE builds SET queued_at = queued_at + ?1 WHERE state = 'queued' AND state <> 'finished'",
                    [.integer(milliseconds)]
                )
            }
            try putResource(kind: kind, name: name, body: body, origin: "", at: instant)
        }
    }

    /// Asks a build to stop.
    ///
    /// A queued one is over at once; one that has a slot is for its supervisor to stop, and the first
    /// request is kept.
    /// - Returns: the record as it is now; nil when the build is over already or not there.
    @discardableResult
    package func requestStop(
        _ id: BuildID,
        by person: String,
        at instant: Int64
    ) throws(JournalError) -> BuildRecord? {
        try update(
            id,
            """
            stop_requested_by = coalesce(stop_requested_by, ?2),
            stop_requested_at = coalesce(stop_requested_at, ?3),
            status = iif(state = 'queued', 'STOPPED', status),
            current_phase = iif(state = 'queued', 'COMPLETED', current_phase),
            ended_at = iif(state = 'queued', ?3, ended_at),
            end_reason = iif(state = 'queued', 'stopped by ' || ?2 || ' before it began', end_reason),
            wait_reason = NULL,
            state = iif(state = 'queued', 'finished', state)
            WHERE uuid = ?1 AND state <> 'finished'
            """,
            [.text(person), .integer(instant)]
        )
    }

    // MARK: - Inside a transaction

    /// Inserts a build with the next number of its project.
    func insertBuild(_ draft: BuildDraft, isStarting: Bool, at instant: Int64) throws(SQLiteError) -> BuildRecord {
        let number = try nextNumber(draft.id.project)
        let record = try database.first(
            """
            INSERT INTO builds
                (project, uuid, number, repository_id, ref, commit_oid, previous_commit, initiator, status, state,
                 current_phase, environment, buildspec, queued_at, started_at, wait_reason, settings, attempt, retry_of,
                 batch, batch_item, action, inputs)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'IN_PROGRESS', ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
                ?20, ?21, ?22)
            RETURNING \(BuildRecord.columns)
            """,
            [
                .text(draft.id.project), .text(draft.id.uuid), .integer(number),
                SQLiteValue(draft.repository?.rawValue), .text(draft.ref), .text(draft.commit),
                SQLiteValue(draft.previousCommit), .text(draft.initiator), isStarting ? "starting" : "queued",
                isStarting ? "PROVISIONING" : "QUEUED", .text(draft.environment), SQLiteValue(draft.buildspec),
                .integer(instant), isStarting ? .integer(instant) : .null,
                isStarting ? .null : SQLiteValue(draft.waitReason), .text(draft.settings), .integer(draft.attempt),
                SQLiteValue(draft.retryOf), SQLiteValue(draft.batch), SQLiteValue(draft.batchItem),
                SQLiteValue(draft.action), SQLiteValue(draft.inputs),
            ],
            BuildRecord.init
        )
        guard let record else { throw Self.vanished }
        return record
    }

    /// The next number of a counter; 1 for the first.
    func nextNumber(_ counter: String) throws(SQLiteError) -> Int64 {
        let number = try database.first(
            """
            INSERT INTO counters (project, last_number) VALUES (?1, 1)
            ON CONFLICT DO UPDATE SET last_number = last_number + 1 RETURNING last_number
            """,
            [.text(counter)]
        ) { row throws(SQLiteError) in try row.integer(0) }
        guard let number else { throw Self.vanished }
        return number
    }

    /// Changes a build, in one transaction.
    ///
    /// The text holds assignments and a condition; `?1` is the build, `values` follow from `?2` on.
    private func update(_ id: BuildID, _ change: String, _ values: [SQLiteValue]) throws(JournalError) -> BuildRecord? {
        try write { () throws(SQLiteError) in try updated(id, change, values) }
    }

    private func updated(_ id: BuildID, _ change: String, _ values: [SQLiteValue]) throws(SQLiteError) -> BuildRecord? {
        try database.first(
            "UPDATE builds SET \(change) RETURNING \(BuildRecord.columns)",
            [.text(id.uuid)] + values,
            BuildRecord.init
        )
    }
}
