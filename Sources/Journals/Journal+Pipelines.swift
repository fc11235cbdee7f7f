// SPDX-License-Identifier: Apache-2.0

package import Pipelines
internal import SQLite

/// Pipelines: their definitions, and the state of their machines.
extension Journal {
    /// All pipelines, ordered by name.
    package func pipelines() throws(JournalError) -> [PipelineRecord] {
        try read { () throws(SQLiteError) in
            try database.query(
                "SELECT \(PipelineRecord.columns) FROM \(PipelineRecord.tables) ORDER BY p.name",
                [],
                PipelineRecord.init
            )
        }
    }

    /// The pipeline of a name.
    package func pipeline(_ name: String) throws(JournalError) -> PipelineRecord? {
        try read { () throws(SQLiteError) in try pipelineRecord(name) }
    }

    /// A version of a pipeline's definition.
    package func definition(of pipeline: String, version: Int) throws(JournalError) -> PipelineDefinition? {
        try read { () throws(SQLiteError) in try definitionRecord(version, of: pipeline) }
    }

    /// A pipeline's machine, as it was after the last event.
    /// - Throws: `damaged` when a definition or an execution that it needs is not there.
    package func machine(of pipeline: String) throws(JournalError) -> PipelineMachine? {
        try read { () throws(SQLiteError) -> PipelineMachine? in
            let found = try database.first("SELECT machine FROM pipelines WHERE name = ?1", [.text(pipeline)]) {
                row throws(SQLiteError) in
                try JSONColumn.read(MachineSnapshot.self, row, 0, "the state of a pipeline")
            }
            guard let snapshot = found else { return nil }
            var definitions: [Int: PipelineDefinition] = [:]
            for version in snapshot.versions { definitions[version] = try definitionRecord(version, of: pipeline) }
            var executions: [PipelineExecution] = []
            for id in snapshot.executions {
                if let execution = try executionRecord(id) { executions.append(execution) }
            }
            do throws(PipelineRefusal) {
                return try PipelineMachine(restoring: snapshot, definitions: definitions, executions: executions)
            } catch {
                throw SQLiteError(code: Self.mismatch, message: error.message)
            }
        }
    }

    /// `SQLITE_MISMATCH`, which stands for values that cannot be what was written.
    private static let mismatch: Int32 = 20

    /// When pipelines must be woken, by name; those that need not are left out.
    package func pipelineDeadlines() throws(JournalError) -> [String: Int64] {
        let rows = try read { () throws(SQLiteError) in
            try database.query("SELECT name, deadline FROM pipelines WHERE deadline IS NOT NULL") {
                row throws(SQLiteError) in (try row.text(0), try row.integer(1))
            }
        }
        // A damaged file may have a name twice.
        return Dictionary(rows) { min($0, $1) }
    }

    /// Keeps a definition as the pipeline's present version, with what the machine has made of it, and makes the pipeline
    /// where there is none; queues an execution if one is given, and returns it.
    @discardableResult
    package func define(
        _ definition: PipelineDefinition,
        origin: String,
        assumesRules: Bool,
        step: PipelineStep,
        start: ExecutionDraft? = nil,
        at instant: Int64
    ) throws(JournalError) -> QueuedExecution? {
        try write { () throws(SQLiteError) -> QueuedExecution? in
            let name = SQLiteValue.text(definition.name)
            let version = SQLiteValue.integer(Int64(definition.version))
            try database.execute(
                """
                INSERT INTO pipelines (name, version, origin, assumes_rules, created_at, updated_at, machine)
                VALUES (?1, ?2, ?3, ?4, ?5, ?5, '')
                ON CONFLICT (name) DO UPDATE SET version = ?2, origin = ?3, assumes_rules = ?4, updated_at = ?5
                """,
                [name, version, .text(origin), SQLiteValue(assumesRules), .integer(instant)]
            )
            try database.execute(
                "INSERT OR REPLACE INTO pipeline_versions (pipeline, version, definition) VALUES (?1, ?2, ?3)",
                [name, version, .text(try JSONColumn.text(definition))]
            )
            try carryOut(step, at: instant)
            guard let start else { return nil }
            return try queueExecution(start, change: nil, at: instant)
        }
    }

    /// Notes what applying an event has changed.
    /// - Returns: false when the pipeline is gone; nothing was done then.
    package func advance(_ step: PipelineStep, at instant: Int64) throws(JournalError) -> Bool {
        try write { () throws(SQLiteError) in try carryOut(step, at: instant) }
    }

    /// Forgets a pipeline with its versions, executions and events; effects that run are to end early.
    /// - Returns: false when there is none.
    package func removePipeline(_ name: String) throws(JournalError) -> Bool {
        try write { () throws(SQLiteError) in
            try database.execute("UPDATE pipeline_effects SET cancelled = 1 WHERE pipeline = ?1", [.text(name)])
            return try database.execute("DELETE FROM pipelines WHERE name = ?1", [.text(name)]) > 0
        }
    }

    // MARK: - Inside a transaction

    private func definitionRecord(_ version: Int, of pipeline: String) throws(SQLiteError) -> PipelineDefinition? {
        try database.first(
            "SELECT definition FROM pipeline_versions WHERE pipeline = ?1 AND version = ?2",
            [.text(pipeline), .integer(Int64(version))]
        ) { row throws(SQLiteError) in
            try JSONColumn.read(PipelineDefinition.self, row, 0, "a pipeline's definition")
        }
    }

    func pipelineRecord(_ name: String) throws(SQLiteError) -> PipelineRecord? {
        try database.first(
            "SELECT \(PipelineRecord.columns) FROM \(PipelineRecord.tables) WHERE p.name = ?1",
            [.text(name)],
            PipelineRecord.init
        )
    }

    @discardableResult
    private func carryOut(_ step: PipelineStep, at instant: Int64) throws(SQLiteError) -> Bool {
        let count = try database.execute(
            "UPDATE pipelines SET machine = ?2, deadline = ?3 WHERE name = ?1",
            [.text(step.pipeline), .text(try JSONColumn.text(step.machine)), SQLiteValue(step.deadline)]
        )
        if count == 0 { return false }
        for execution in step.executions { try keep(execution) }
        for id in step.ended { try database.execute("DELETE FROM pipeline_effects WHERE id = ?1", [.text(id)]) }
        for id in step.cancelled {
            try database.execute("UPDATE pipeline_effects SET cancelled = 1 WHERE id = ?1", [.text(id)])
        }
        for effect in step.effects {
            try database.execute(
                """
                INSERT INTO pipeline_effects (id, pipeline, execution, kind, cancelled, body)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """,
                [
                    .text(effect.order.id), .text(step.pipeline), .text(effect.order.execution),
                    .text(effect.kind.rawValue), SQLiteValue(effect.isCancelled),
                    .text(try JSONColumn.text(effect.order)),
                ]
            )
        }
        for announcement in step.announcements {
            try database.execute(
                "INSERT INTO announcements (body) VALUES (?1)",
                [.text(try JSONColumn.text(announcement))]
            )
        }
        if let seq = step.applied {
            try database.execute("UPDATE pipeline_events SET event = NULL WHERE seq = ?1", [.integer(seq)])
        }
        return true
    }

    private func keep(_ execution: PipelineExecution) throws(SQLiteError) {
        try database.execute(
            """
            INSERT INTO executions (id, pipeline, number, status, started_at, updated_at, record)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (id) DO UPDATE SET status = ?4, updated_at = ?6, record = ?7
            """,
            [
                .text(execution.id), .text(execution.pipeline), .integer(execution.number),
                .text(execution.status.rawValue), .integer(execution.startedAt), .integer(execution.updatedAt),
                .text(try JSONColumn.text(execution)),
            ]
        )
        try keepArtifacts(of: execution)
        // The machine itself counts executions that it begins, such as automatic rollbacks.
        try database.execute(
            """
            INSERT INTO counters (project, last_number) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET last_number = max(last_number, ?2)
            """,
            [.text(Self.counter(of: execution.pipeline)), .integer(execution.number)]
        )
    }

    /// What the numbers of a pipeline's executions are counted by.
    static func counter(of pipeline: String) -> String { "\(pipeline) pipeline" }
}
