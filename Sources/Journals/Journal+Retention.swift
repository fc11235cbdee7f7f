// SPDX-License-Identifier: Apache-2.0

internal import Pipelines
internal import SQLite
package import WireWords

/// Taking away what is over: first it is marked, then its files go, then its row; each can be done again after a crash.
extension Journal {
    // MARK: - Builds

    /// Marks builds that are over; their artifacts lose a use.
    /// - Returns: those that are marked, with their ids: their folders are to go.
    package func mark(builds marks: [FateMark], at instant: Int64) throws(JournalError) -> [Int64: BuildID] {
        try write { () throws(SQLiteError) in
            var result: [Int64: BuildID] = [:]
            for mark in marks {
                let count = try database.execute(
                    """
                    UPDATE finished_builds SET fate = ?2, fate_at = coalesce(fate_at, ?3), fate_reason = coalesce(fate_reason, ?4)
                    WHERE build = ?1 AND fate IS NOT 'remove'
                    """,
                    [
                        .integer(mark.seq), .text((mark.isWhole ? Fate.remove : .strip).rawValue), .integer(instant),
                        .text(mark.reason),
                    ]
                )
                guard count > 0, let id = try buildID(mark.seq) else { continue }
                try doom("build", mark.seq, "SELECT kept_at FROM finished_builds WHERE build = ?1")
                result[mark.seq] = id
            }
            return result
        }
    }

    /// The first builds behind one that are marked and whose files may still be there.
    package func markedBuilds(after seq: Int64 = 0, limit: Int) throws(JournalError) -> [Int64: BuildID] {
        try read { () throws(SQLiteError) in
            let rows = try database.query(
                """
                SELECT b.seq, b.project, b.uuid
                FROM finished_builds AS f INDEXED BY finished_builds_marked JOIN builds AS b ON b.seq = f.build
                WHERE f.fate IN ('strip', 'remove') AND f.build > ?1 ORDER BY f.build LIMIT ?2
                """,
                [.integer(seq), .integer(Int64(limit))]
            ) { row throws(SQLiteError) in
                (try row.integer(0), BuildID(project: try row.text(1), uuid: try row.text(2)))
            }
            return Dictionary(rows.compactMap { row in row.1.map { (row.0, $0) } }) { first, _ in first }
        }
    }

    /// Notes that the files of marked builds have gone; takes out the rows of those that go whole.
    package func settle(builds: [Int64]) throws(JournalError) {
        try write { () throws(SQLiteError) in
            for seq in builds {
                try database.execute(
                    """
                    DELETE FROM builds WHERE seq = ?1 AND state = 'finished'
                    AND EXISTS (SELECT 1 FROM finished_builds WHERE build = ?1 AND fate = 'remove')
                    """,
                    [.integer(seq)]
                )
                try database.execute(
                    "UPDATE finished_builds SET fate = 'stripped', bytes = 0 WHERE build = ?1 AND fate = 'strip'",
                    [.integer(seq)]
                )
            }
        }
    }

    /// Notes how large the folders of builds are.
    package func measure(builds sizes: [Int64: Int64]) throws(JournalError) {
        try write { () throws(SQLiteError) in
            for (seq, bytes) in sizes {
                try database.execute(
                    "UPDATE finished_builds SET bytes = ?2 WHERE build = ?1 AND bytes IS NULL",
                    [.integer(seq), .integer(bytes)]
                )
            }
        }
    }

    /// That the files of a build were removed; nil while they are there.
    package func removal(ofBuild id: BuildID) throws(JournalError) -> FilesRemoval? {
        try read { () throws(SQLiteError) in
            try database.first(
                """
                SELECT fate_at, fate_reason FROM finished_builds
                WHERE build = (SELECT seq FROM builds WHERE uuid = ?1) AND fate IS NOT NULL
                """,
                [.text(id.uuid)],
                Self.removal
            )
        }
    }

    /// How many builds of a project were ever queued: what is missing of them, retention has removed.
    package func lastBuildNumber(of project: String) throws(JournalError) -> Int64 {
        try read { () throws(SQLiteError) in
            try database.first("SELECT last_number FROM counters WHERE project = ?1", [.text(project)]) {
                row throws(SQLiteError) in try row.integer(0)
            } ?? 0
        }
    }

    // MARK: - Executions

    /// Takes away executions that are over, or only what they hold of artifacts.
    ///
    /// One that its pipeline needs, or that an event waits for, is left alone.
    /// - Returns: the numbers of those that were taken.
    package func take(executions marks: [FateMark], at instant: Int64) throws(JournalError) -> [Int64] {
        try write { () throws(SQLiteError) in
            var result: [Int64] = []
            for mark in marks {
                let seq = SQLiteValue.integer(mark.seq)
                let isFree = try database.first(mark.isWhole ? Self.isDispensable : Self.isOver, [seq]) {
                    row throws(SQLiteError) in try row.boolean(0)
                }
                guard isFree == true else { continue }
                if mark.isWhole {
                    try database.execute("DELETE FROM executions WHERE seq = ?1", [seq])
                } else {
                    try database.execute(
                        """
                        INSERT INTO execution_fates (execution, fate, fate_at, fate_reason) VALUES (?1, 'stripped', ?2, ?3)
                        ON CONFLICT DO NOTHING
                        """,
                        [seq, .integer(instant), .text(mark.reason)]
                    )
                    try doom("execution", mark.seq, "SELECT updated_at FROM executions WHERE seq = ?1")
                }
                result.append(mark.seq)
            }
            return result
        }
    }

    /// That the artifacts of an execution were removed; nil while they are there.
    package func removal(ofExecution id: String) throws(JournalError) -> FilesRemoval? {
        try read { () throws(SQLiteError) in
            try database.first(
                """
                SELECT fate_at, fate_reason FROM execution_fates
                WHERE execution = (SELECT seq FROM executions WHERE id = ?1)
                """,
                [.text(id)],
                Self.removal
            )
        }
    }

    // MARK: - Artifacts

    /// Artifacts that nothing of the journal uses any more, with the instant up to which that is known.
    package func doomedArtifacts(limit: Int) throws(JournalError) -> [(digest: String, until: Int64)] {
        try read { () throws(SQLiteError) in
            try database.query(
                """
                SELECT digest, until FROM doomed_artifacts AS d
                WHERE NOT EXISTS (SELECT 1 FROM artifact_uses WHERE digest = d.digest) LIMIT ?1
                """,
                [.integer(Int64(limit))]
            ) { row throws(SQLiteError) in (digest: try row.text(0), until: try row.integer(1)) }
        }
    }

    /// Forgets artifacts that were doomed: they have gone, or something uses them again.
    package func forgetDoomed(_ digests: [String]) throws(JournalError) {
        try write { () throws(SQLiteError) in
            for digest in digests {
                try database.execute("DELETE FROM doomed_artifacts WHERE digest = ?1", [.text(digest)])
            }
            try database.execute(
                "DELETE FROM doomed_artifacts WHERE EXISTS (SELECT 1 FROM artifact_uses AS u WHERE u.digest = doomed_artifacts.digest)"
            )
        }
    }

    /// Notes artifacts that nothing uses any more, beside those of builds and executions.
    package func doom(_ digests: [String], until instant: Int64) throws(JournalError) {
        try write { () throws(SQLiteError) in
            for digest in digests { try insertDoomed(digest, until: instant) }
        }
    }

    // MARK: - Old rows

    /// Takes out what was only of use for a while: changes of refs and events of pipelines from before an instant, batches
    /// without builds, versions of definitions that nothing runs with.
    ///
    /// The newest change of each ref stays, and of the events those by which an object or a pipeline is known.
    /// - Parameters:
    ///   - instant: what is older may go.
    ///   - limit: the most of each kind.
    /// - Returns: how many rows went; fewer than `limit`: that was all.
    /// - Throws: for the file's reasons.
    package func trim(before instant: Int64, limit: Int) throws(JournalError) -> Int {
        try write { () throws(SQLiteError) in
            var count = 0
            for sql in Self.trimming {
                count += try database.execute(sql, [.integer(instant), .integer(Int64(limit))])
            }
            return count
        }
    }

    /// Takes out the versions of a pipeline's definition that no execution has run with, but for what its machine needs.
    package func trimVersions(of pipeline: String) throws(JournalError) -> Int {
        try write { () throws(SQLiteError) in
            let count = try database.first(
                "SELECT count(*) FROM pipeline_versions WHERE pipeline = ?1",
                [.text(pipeline)]
            ) { row throws(SQLiteError) in try row.integer(0) }
            if count ?? 0 < 2 { return 0 }
            return try database.execute(
                """
                DELETE FROM pipeline_versions WHERE pipeline = ?1
                AND version NOT IN (SELECT version FROM pipelines WHERE name = ?1)
                AND version NOT IN (
                    SELECT j.value FROM pipelines AS p, json_each(p.machine, '$.versions') AS j
                    WHERE p.name = ?1 AND p.machine <> ''
                )
                AND version NOT IN (
                    SELECT json_extract(record, '$.version') FROM executions WHERE pipeline = ?1
                )
                AND NOT EXISTS (SELECT 1 FROM pipeline_events WHERE pipeline = ?1 AND event IS NOT NULL)
                """,
                [.text(pipeline)]
            )
        }
    }

    private static let trimming = [
        """
        DELETE FROM changes WHERE seq IN (
            SELECT seq FROM changes AS c WHERE at < ?1 AND (
                EXISTS (
                    SELECT 1 FROM changes AS n
                    WHERE n.repository_id = c.repository_id AND n.ref = c.ref AND n.seq > c.seq
                ) OR NOT EXISTS (SELECT 1 FROM repositories WHERE id = c.repository_id)
            ) ORDER BY seq LIMIT ?2
        )
        """,
        """
        DELETE FROM pipeline_events WHERE seq IN (
            SELECT seq FROM pipeline_events AS e WHERE at < ?1 AND event IS NULL
            AND key <> 'create' AND key NOT LIKE 'object:%'
            AND NOT EXISTS (SELECT 1 FROM executions WHERE id = e.execution)
            ORDER BY seq LIMIT ?2
        )
        """,
        """
        DELETE FROM batches WHERE seq IN (
            SELECT seq FROM batches AS b WHERE status <> 'IN_PROGRESS' AND ended_at < ?1
            AND NOT EXISTS (SELECT 1 FROM builds WHERE batch = b.project || ':' || b.uuid)
            ORDER BY seq LIMIT ?2
        )
        """,
    ]

    // MARK: - Inside a transaction

    /// Notes what a build leaves.
    func keep(_ files: KeptFiles, of build: BuildRecord) throws(SQLiteError) {
        let seq = SQLiteValue.integer(build.seq)
        try database.execute(
            "UPDATE finished_builds SET bytes = ?2, kept_at = ?3 WHERE build = ?1",
            [seq, .integer(files.bytes), .integer(files.at)]
        )
        for artifact in files.artifacts { try insertUse("build", seq, artifact.digest, artifact.size) }
    }

    /// Notes which artifacts an execution has made or takes.
    func keepArtifacts(of execution: PipelineExecution) throws(SQLiteError) {
        var sizes: [String: Int64] = [:]
        for artifact in execution.artifacts.values { sizes[artifact.digest] = artifact.size }
        for action in execution.stages.flatMap(\.actions) {
            for artifact in action.inputs + action.output.artifacts { sizes[artifact.digest] = artifact.size }
        }
        if sizes.isEmpty { return }
        let seq = try database.first("SELECT seq FROM executions WHERE id = ?1", [.text(execution.id)]) {
            row throws(SQLiteError) in try row.integer(0)
        }
        guard let seq else { return }
        if execution.status.isOver {
            // What was taken away does not come back by a note about what is over.
            let isStripped = try database.first("SELECT 1 FROM execution_fates WHERE execution = ?1", [.integer(seq)]) {
                row throws(SQLiteError) in try row.boolean(0)
            }
            if isStripped == true { return }
        } else {
            try database.execute("DELETE FROM execution_fates WHERE execution = ?1", [.integer(seq)])
        }
        for (digest, size) in sizes { try insertUse("execution", .integer(seq), digest, size) }
    }

    private func insertUse(_ kind: String, _ owner: SQLiteValue, _ digest: String, _ size: Int64) throws(SQLiteError) {
        guard digest.utf8.count == 64 else { return }
        try database.execute(
            "INSERT INTO artifact_uses (digest, kind, owner, size) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            [.text(digest), .text(kind), owner, .integer(size)]
        )
    }

    private func insertDoomed(_ digest: String, until instant: Int64) throws(SQLiteError) {
        try database.execute(
            """
            INSERT INTO doomed_artifacts (digest, until) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET until = max(until, excluded.until)
            """,
            [.text(digest), .integer(instant)]
        )
    }

    /// Ends the uses of an owner; `end` selects the instant up to which they are known.
    private func doom(_ kind: String, _ owner: Int64, _ end: String) throws(SQLiteError) {
        let until = try database.first(end, [.integer(owner)]) { row throws(SQLiteError) in try row.integer(0) } ?? 0
        let digests = try database.query(
            "SELECT digest FROM artifact_uses WHERE kind = ?1 AND owner = ?2",
            [.text(kind), .integer(owner)]
        ) { row throws(SQLiteError) in try row.text(0) }
        if digests.isEmpty { return }
        for digest in digests { try insertDoomed(digest, until: until) }
        try database.execute(
            "DELETE FROM artifact_uses WHERE kind = ?1 AND owner = ?2",
            [.text(kind), .integer(owner)]
        )
    }

    private func buildID(_ seq: Int64) throws(SQLiteError) -> BuildID? {
        let found = try database.first("SELECT project, uuid FROM builds WHERE seq = ?1", [.integer(seq)]) {
            row throws(SQLiteError) in BuildID(project: try row.text(0), uuid: try row.text(1))
        }
        return found ?? nil
    }

    private static func removal(_ row: borrowing Row) throws(SQLiteError) -> FilesRemoval {
        FilesRemoval(at: try row.optionalInteger(0) ?? 0, reason: try row.optionalText(1) ?? "")
    }

    private static let isOver = "SELECT status NOT IN ('InProgress', 'Stopping') FROM executions WHERE seq = ?1"
    private static let isDispensable = """
        SELECT status NOT IN ('InProgress', 'Stopping') AND NOT EXISTS (
            SELECT 1 FROM pipelines AS p, json_each(p.machine, '$.executions') AS j
            WHERE p.name = e.pipeline AND p.machine <> '' AND j.value = e.id
        ) AND NOT EXISTS (
            SELECT 1 FROM pipeline_events WHERE pipeline = e.pipeline AND execution = e.id AND event IS NOT NULL
        ) FROM executions AS e WHERE seq = ?1
        """
}
