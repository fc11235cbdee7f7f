// SPDX-License-Identifier: Apache-2.0

package import Pipelines
internal import SQLite

/// Executions of pipelines.
extension Journal {
    /// The execution with this id.
    package func execution(_ id: String) throws(JournalError) -> PipelineExecution? {
        try oneExecution("WHERE id = ?1", [.text(id.lowercased())])
    }

    /// The execution of a pipeline with this number.
    package func execution(pipeline: String, number: Int64) throws(JournalError) -> PipelineExecution? {
        try oneExecution("WHERE pipeline = ?1 AND number = ?2", [.text(pipeline), .integer(number)])
    }

    /// The newest execution of a pipeline.
    package func latestExecution(of pipeline: String) throws(JournalError) -> PipelineExecution? {
        try oneExecution("WHERE pipeline = ?1 ORDER BY number DESC LIMIT 1", [.text(pipeline)])
    }

    /// The executions whose ids begin with `prefix`, up to three.
    package func executions(idPrefix prefix: String) throws(JournalError) -> [PipelineExecution] {
        let prefix = prefix.lowercased()
        let isPart = prefix.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...102).contains(byte) || byte == UInt8(ascii: "-")
        }
        if prefix.isEmpty || !isPart { return [] }
        return try manyExecutions(
            "WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 3",
            [.text(prefix), .text(prefix + "~")]
        )
    }

    /// The executions that a list shows, newest first.
    package func executions(_ filter: ExecutionFilter) throws(JournalError) -> [PipelineExecution] {
        let limit = SQLiteValue.integer(Int64(max(0, filter.limit)))
        switch (filter.pipeline, filter.status) {
        case (let pipeline?, let status?):
            return try manyExecutions(
                "WHERE pipeline = ?1 AND status = ?2 ORDER BY seq DESC LIMIT ?3",
                [.text(pipeline), .text(status.rawValue), limit]
            )
        case (let pipeline?, nil):
            return try manyExecutions("WHERE pipeline = ?1 ORDER BY seq DESC LIMIT ?2", [.text(pipeline), limit])
        case (nil, let status?):
            return try manyExecutions("WHERE status = ?1 ORDER BY seq DESC LIMIT ?2", [.text(status.rawValue), limit])
        case (nil, nil):
            return try manyExecutions("ORDER BY seq DESC LIMIT ?1", [limit])
        }
    }

    /// The execution that a stage of a pipeline goes back to: the newest of the present version that has succeeded in it,
    /// before the one that is in it now.
    ///
    /// What is in it now may itself be a rollback, whose target is then what is there.
    package func rollbackTarget(of pipeline: String, stage: String) throws(JournalError) -> PipelineExecution? {
        try read { () throws(SQLiteError) in
            try database.first(Self.rollbackTarget, [.text(pipeline), .text(stage)], Self.execution)
        }
    }

    static let rollbackTarget = """
        SELECT e.record FROM pipelines AS p
        LEFT JOIN executions AS n ON n.id = (
            SELECT s.value ->> 'latest' FROM json_each(p.machine, '$.stages') AS s WHERE s.value ->> 'name' = ?2
        )
        CROSS JOIN executions AS e ON e.pipeline = p.name
        WHERE p.name = ?1 AND p.machine <> '' AND e.record ->> '$.version' = p.version
        AND e.record ->> '$.rollbackTarget' IS NULL
        AND (n.id IS NULL OR e.number < n.number AND e.id IS NOT n.record ->> '$.rollbackTarget')
        AND EXISTS (
            SELECT 1 FROM json_each(e.record, '$.stages') AS s
            WHERE s.value ->> 'name' = ?2 AND s.value ->> 'status' = 'Succeeded'
        )
        ORDER BY e.seq DESC LIMIT 1
        """

    // MARK: - The way in

    /// Queues an execution; one with the same key is the same.
    /// - Returns: nil when there is no such pipeline.
    package func queue(_ draft: ExecutionDraft, at instant: Int64) throws(JournalError) -> QueuedExecution? {
        try write { () throws(SQLiteError) in try queueExecution(draft, change: nil, at: instant) }
    }

    /// The events of a pipeline that have not been applied, in order.
    package func pendingEvents(of pipeline: String) throws(JournalError) -> [PendingEvent] {
        try read { () throws(SQLiteError) in
            try database.query(
                "SELECT seq, event FROM pipeline_events WHERE pipeline = ?1 AND event IS NOT NULL ORDER BY seq",
                [.text(pipeline)]
            ) { row throws(SQLiteError) in
                PendingEvent(
                    seq: try row.integer(0),
                    event: try JSONColumn.read(PipelineEvent.self, row, 1, "a pipeline's event")
                )
            }
        }
    }

    /// The pipelines that have events which have not been applied.
    package func pipelinesWithPendingEvents() throws(JournalError) -> [String] {
        try read { () throws(SQLiteError) in
            try database.query(
                """
                SELECT DISTINCT pipeline FROM pipeline_events INDEXED BY pipeline_events_pending
                WHERE event IS NOT NULL ORDER BY pipeline
                """
            ) { row throws(SQLiteError) in try row.text(0) }
        }
    }

    /// Takes out an event that is refused, so that it may be asked for again; its number is not given again.
    package func dismissEvent(_ seq: Int64) throws(JournalError) {
        try write { () throws(SQLiteError) in
            _ = try database.execute("DELETE FROM pipeline_events WHERE seq = ?1", [.integer(seq)])
        }
    }

    /// The execution that was queued with a key.
    package func queuedExecution(of pipeline: String, key: String) throws(JournalError) -> QueuedExecution? {
        try read { () throws(SQLiteError) in try knownExecution(pipeline, key) }
    }

    /// Who pushed what an execution has followed from: empty where that was no push, nil for somebody that no hook has told of.
    package func pushers(of execution: PipelineExecution) throws(JournalError) -> [String?] {
        try read { () throws(SQLiteError) in
            try database.query(
                """
                SELECT c.pusher FROM pipeline_events AS e LEFT JOIN changes AS c ON c.seq = e.change_seq
                WHERE e.pipeline = ?1 AND e.execution = ?2 AND e.change_seq IS NOT NULL
                """,
                [.text(execution.pipeline), .text(execution.id)]
            ) { row throws(SQLiteError) in try row.optionalText(0) }
        }
    }

    // MARK: - Effects

    /// Everything that was ordered and has not ended, in the order of the orders.
    package func unfinishedEffects() throws(JournalError) -> [UnfinishedEffect] {
        try read { () throws(SQLiteError) in
            try database.query("SELECT kind, body, cancelled FROM pipeline_effects ORDER BY rowid") {
                row throws(SQLiteError) in
                guard let kind = UnfinishedEffect.Kind(rawValue: try row.text(0)) else {
                    throw row.unexpected(0, "an effect's kind")
                }
                let order = try JSONColumn.read(ActionOrder.self, row, 1, "an action's order")
                return UnfinishedEffect(kind, order, isCancelled: try row.boolean(2))
            }
        }
    }

    /// Forgets an effect whose end nobody waits for.
    package func removeEffect(_ id: String) throws(JournalError) {
        try write { () throws(SQLiteError) in
            _ = try database.execute("DELETE FROM pipeline_effects WHERE id = ?1", [.text(id)])
        }
    }

    // MARK: - Announcements

    /// The oldest announcements that have not been told.
    package func outbox(limit: Int) throws(JournalError) -> [OutboxEntry] {
        try read { () throws(SQLiteError) in
            try database.query(
                "SELECT seq, body FROM announcements ORDER BY seq LIMIT ?1",
                [.integer(Int64(max(0, limit)))]
            ) { row throws(SQLiteError) in
                OutboxEntry(
                    seq: try row.integer(0),
                    announcement: try JSONColumn.read(PipelineAnnouncement.self, row, 1, "an announcement")
                )
            }
        }
    }

    /// Takes out what has been told, up to and with `seq`.
    package func clearOutbox(through seq: Int64) throws(JournalError) {
        try write { () throws(SQLiteError) in
            _ = try database.execute("DELETE FROM announcements WHERE seq <= ?1", [.integer(seq)])
        }
    }

    // MARK: - Inside a transaction

    /// Queues an execution that follows from the change with number `change`, or by its own key.
    func queueExecution(
        _ draft: ExecutionDraft,
        change: Int64?,
        at instant: Int64
    ) throws(SQLiteError) -> QueuedExecution? {
        guard let id = draft.execution else { return nil }
        let key = change.map { "change:\($0)" } ?? draft.key ?? "execution:\(id)"
        if let known = try knownExecution(draft.pipeline, key) { return known }
        let pipeline = SQLiteValue.text(draft.pipeline)
        let exists = try database.first("SELECT 1 FROM pipelines WHERE name = ?1", [pipeline]) {
            row throws(SQLiteError) in try row.boolean(0)
        }
        if exists == nil { return nil }
        let number = try nextNumber(Self.counter(of: draft.pipeline))
        try database.execute(
            """
            INSERT INTO pipeline_events (pipeline, key, execution, number, change_seq, event, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """,
            [
                pipeline, .text(key), .text(id), .integer(number), SQLiteValue(change),
                .text(try JSONColumn.text(draft.numbered(number))), .integer(instant),
            ]
        )
        return QueuedExecution(pipeline: draft.pipeline, id: id, number: number, isKnown: false)
    }

    private func knownExecution(_ pipeline: String, _ key: String) throws(SQLiteError) -> QueuedExecution? {
        try database.first(
            "SELECT execution, number FROM pipeline_events WHERE pipeline = ?1 AND key = ?2",
            [.text(pipeline), .text(key)]
        ) { row throws(SQLiteError) in
            QueuedExecution(pipeline: pipeline, id: try row.text(0), number: try row.integer(1), isKnown: true)
        }
    }

    /// The executions that follow from a change.
    func executionsOfChange(_ seq: Int64) throws(SQLiteError) -> [QueuedExecution] {
        try database.query(
            "SELECT pipeline, execution, number FROM pipeline_events WHERE change_seq = ?1 ORDER BY seq",
            [.integer(seq)]
        ) { row throws(SQLiteError) in
            QueuedExecution(
                pipeline: try row.text(0),
                id: try row.text(1),
                number: try row.integer(2),
                isKnown: true
            )
        }
    }

    // MARK: - Reading

    func executionRecord(_ id: String) throws(SQLiteError) -> PipelineExecution? {
        try database.first("SELECT record FROM executions WHERE id = ?1", [.text(id)], Self.execution)
    }

    private func oneExecution(_ rest: String, _ values: [SQLiteValue]) throws(JournalError) -> PipelineExecution? {
        try read { () throws(SQLiteError) in
            try database.first("SELECT record FROM executions \(rest)", values, Self.execution)
        }
    }

    private func manyExecutions(_ rest: String, _ values: [SQLiteValue]) throws(JournalError) -> [PipelineExecution] {
        try read { () throws(SQLiteError) in
            try database.query("SELECT record FROM executions \(rest)", values, Self.execution)
        }
    }

    private static func execution(_ row: borrowing Row) throws(SQLiteError) -> PipelineExecution {
        try JSONColumn.read(PipelineExecution.self, row, 0, "an execution")
    }
}
