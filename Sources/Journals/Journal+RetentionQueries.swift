// SPDX-License-Identifier: Apache-2.0

internal import Pipelines
internal import SQLite
package import WireWords

/// What retention must know to decide.
extension Journal {
    /// All builds that are over, in the order in which they were queued.
    package func finishedBuilds() throws(JournalError) -> [FinishedItem] {
        try read { () throws(SQLiteError) in
            try database.query(
                "SELECT build, project, succeeded, ended_at, bytes, fate FROM finished_builds ORDER BY build"
            ) { row throws(SQLiteError) in
                FinishedItem(
                    seq: try row.integer(0),
                    owner: try row.text(1),
                    hasSucceeded: try row.boolean(2),
                    endedAt: try row.integer(3),
                    bytes: try row.optionalInteger(4),
                    fate: try row.optionalText(5).flatMap(Fate.init)
                )
            }
        }
    }

    /// All executions that are over, in the order in which they were started.
    package func finishedExecutions() throws(JournalError) -> [FinishedItem] {
        try read { () throws(SQLiteError) in
            try database.query(
                """
                SELECT e.seq, e.pipeline, e.status = 'Succeeded', e.updated_at, f.fate
                FROM executions AS e LEFT JOIN execution_fates AS f ON f.execution = e.seq
                WHERE e.status NOT IN ('InProgress', 'Stopping') ORDER BY e.seq
                """
            ) { row throws(SQLiteError) in
                FinishedItem(
                    seq: try row.integer(0),
                    owner: try row.text(1),
                    hasSucceeded: try row.boolean(2),
                    endedAt: try row.integer(3),
                    bytes: nil,
                    fate: try row.optionalText(4).flatMap(Fate.init)
                )
            }
        }
    }

    /// Calls `body` with each use of an artifact: digest, size, whether a build uses it and not an execution, whose number.
    package func eachArtifactUse(_ body: (String, Int64, Bool, Int64) -> Void) throws(JournalError) {
        try read { () throws(SQLiteError) in
            _ = try database.query(
                "SELECT digest, size, kind = 'build', owner FROM artifact_uses INDEXED BY artifact_uses_by_digest ORDER BY digest"
            ) { row throws(SQLiteError) in
                body(try row.text(0), try row.integer(1), try row.boolean(2), try row.integer(3))
            }
        }
    }

    /// The digests that are named by what is still to be done: events, effects, builds and batches that are not over.
    package func awaitedDigests() throws(JournalError) -> Set<String> {
        let sources = [
            "SELECT event AS body FROM pipeline_events INDEXED BY pipeline_events_pending WHERE event IS NOT NULL",
            "SELECT body FROM pipeline_effects",
            "SELECT inputs AS body FROM builds INDEXED BY builds_unfinished WHERE state <> 'finished'",
            "SELECT inputs AS body FROM batches INDEXED BY batches_unfinished WHERE status = 'IN_PROGRESS'",
        ]
        return try read { () throws(SQLiteError) in
            var result: Set<String> = []
            for source in sources {
                let digests = try database.query(
                    """
                    SELECT t.value FROM (\(source)) AS s, json_tree(s.body) AS t
                    WHERE s.body IS NOT NULL AND t.key = 'digest' AND t.type = 'text'
                    """
                ) { row throws(SQLiteError) in try row.text(0) }
                result.formUnion(digests)
            }
            return result
        }
    }

    /// The ids of the executions that pipelines go on from, of those that would be gone back to, and of those that events or
    /// effects wait for.
    package func heldExecutions() throws(JournalError) -> HeldExecutions {
        var targets: Set<String> = []
        for pipeline in try pipelines() {
            // Nothing goes back to the sources.
            for stage in pipeline.definition.stages.dropFirst() {
                if let target = try rollbackTarget(of: pipeline.name, stage: stage.name) { targets.insert(target.id) }
            }
        }
        return try read { () throws(SQLiteError) in
            func ids(_ sql: String) throws(SQLiteError) -> Set<String> {
                Set(try database.query(sql) { row throws(SQLiteError) in try row.text(0) })
            }
            return HeldExecutions(
                known: try ids(
                    """
                    SELECT j.value FROM pipelines AS p, json_each(p.machine, '$.executions') AS j WHERE p.machine <> ''
                    """
                ),
                live: try ids(
                    """
                    SELECT j.value FROM pipelines AS p, json_each(p.machine, '$.lastSucceeded') AS j WHERE p.machine <> ''
                    """
                ).union(targets),
                awaited: try ids(
                    """
                    SELECT execution FROM pipeline_events INDEXED BY pipeline_events_pending WHERE event IS NOT NULL
                    UNION SELECT execution FROM pipeline_effects
                    UNION SELECT id FROM executions WHERE status IN ('InProgress', 'Stopping')
                    """
                )
            )
        }
    }

    /// The number of the execution with this id.
    package func executionSeq(_ id: String) throws(JournalError) -> Int64? {
        try read { () throws(SQLiteError) in
            try database.first("SELECT seq FROM executions WHERE id = ?1", [.text(id)]) {
                row throws(SQLiteError) in try row.integer(0)
            }
        }
    }

    /// The ids of executions by their numbers.
    package func executionID(seq: Int64) throws(JournalError) -> String? {
        try read { () throws(SQLiteError) in
            try database.first("SELECT id FROM executions WHERE seq = ?1", [.integer(seq)]) {
                row throws(SQLiteError) in try row.text(0)
            }
        }
    }

    /// The numbers of the builds that carry out an order of a pipeline, those of its batch too.
    package func buildSeqs(ofAction action: String) throws(JournalError) -> [Int64] {
        try read { () throws(SQLiteError) in
            try database.query(
                """
                SELECT seq FROM builds WHERE action = ?1
                UNION ALL SELECT b.seq FROM batches AS a JOIN builds AS b ON b.batch = a.project || ':' || a.uuid
                WHERE a.action = ?1
                """,
                [.text(action)]
            ) { row throws(SQLiteError) in try row.integer(0) }
        }
    }

    /// The numbers of the builds of batches that are not over.
    package func buildSeqsOfUnfinishedBatches() throws(JournalError) -> [Int64] {
        try read { () throws(SQLiteError) in
            try database.query(
                """
                SELECT b.seq FROM batches AS a INDEXED BY batches_unfinished
                JOIN builds AS b ON b.batch = a.project || ':' || a.uuid
                WHERE a.status = 'IN_PROGRESS' AND b.state = 'finished'
                """
            ) { row throws(SQLiteError) in try row.integer(0) }
        }
    }

    /// What people call a build, and where its folder is; nil when its row is gone.
    package func buildName(seq: Int64) throws(JournalError) -> (id: BuildID, number: Int64)? {
        let found = try read { () throws(SQLiteError) in
            try database.first("SELECT project, uuid, number FROM builds WHERE seq = ?1", [.integer(seq)]) {
                row throws(SQLiteError) in
                (id: BuildID(project: try row.text(0), uuid: try row.text(1)), number: try row.integer(2))
            }
        }
        guard let found, let id = found.id else { return nil }
        return (id, found.number)
    }

    /// What people call an execution: PIPELINE/NUMBER.
    package func executionName(seq: Int64) throws(JournalError) -> String? {
        try read { () throws(SQLiteError) in
            try database.first("SELECT pipeline, number FROM executions WHERE seq = ?1", [.integer(seq)]) {
                row throws(SQLiteError) in "\(try row.text(0))/\(try row.integer(1))"
            }
        }
    }

    /// Whether there is a build with this unique part.
    package func hasBuild(uuid: String) throws(JournalError) -> Bool {
        let found = try read { () throws(SQLiteError) in
            try database.first("SELECT 1 FROM builds WHERE uuid = ?1", [.text(uuid)]) {
                row throws(SQLiteError) in try row.boolean(0)
            }
        }
        return found ?? false
    }

    // MARK: - Whether there is anything to do

    /// How many builds and executions ended before an instant.
    package func countEnded(before instant: Int64) throws(JournalError) -> Int64 {
        try count(
            """
            SELECT (SELECT count(*) FROM finished_builds WHERE ended_at < ?1)
                + (SELECT count(*) FROM executions WHERE updated_at < ?1)
            """,
            [.integer(instant)]
        )
    }

    /// How many builds and executions that are over there are of each project and pipeline.
    package func countsByOwner() throws(JournalError) -> [(owner: String, count: Int)] {
        try read { () throws(SQLiteError) in
            try database.query(
                """
                SELECT project, count(*) FROM finished_builds GROUP BY project
                UNION ALL SELECT pipeline, count(*) FROM executions
                WHERE status NOT IN ('InProgress', 'Stopping') GROUP BY pipeline
                """
            ) { row throws(SQLiteError) in (owner: try row.text(0), count: Int(try row.integer(1))) }
        }
    }

    /// How many bytes builds have left, artifacts included.
    package func keptBytes() throws(JournalError) -> Int64 {
        try count(
            """
            SELECT (SELECT coalesce(sum(bytes), 0) FROM finished_builds)
                + (SELECT coalesce(sum(size), 0) FROM (SELECT max(size) AS size FROM artifact_uses GROUP BY digest))
            """
        )
    }

    /// Whether something was begun to be removed and may not be gone.
    package func hasUnsettled() throws(JournalError) -> Bool {
        try count(
            """
            SELECT EXISTS (
                SELECT 1 FROM finished_builds INDEXED BY finished_builds_marked WHERE fate IN ('strip', 'remove')
            ) OR EXISTS (SELECT 1 FROM doomed_artifacts)
            """
        ) != 0
    }

    private func count(_ sql: String, _ values: [SQLiteValue] = []) throws(JournalError) -> Int64 {
        let found = try read { () throws(SQLiteError) in
            try database.first(sql, values) { row throws(SQLiteError) in try row.integer(0) }
        }
        return found ?? 0
    }
}
