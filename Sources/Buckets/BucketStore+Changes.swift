// SPDX-License-Identifier: Apache-2.0

internal import SQLite

extension BucketStore {
    /// As many of the newest changes are kept.
    private static let keptChanges: Int64 = 100_000
    private static let keptBeginnings: Int64 = 10_000

    /// What has happened after a change, oldest first.
    /// - Parameters:
    ///   - sequence: that of the last change that the caller knows; 0 for all that are kept, the newest 100,000.
    ///   - limit: the most.
    /// - Returns: the changes; fewer than `limit` of them are all.
    /// - Throws: for the file's reasons.
    package func changes(since sequence: Int64, limit: Int = 10_000) throws(BucketError) -> [BucketChange] {
        try run { database throws(SQLiteError) in
            try database.query(
                """
                SELECT sequence, kind, bucket, key, version_id, etag, size, at FROM changes
                WHERE sequence > ?1 ORDER BY sequence LIMIT ?2
                """,
                [.integer(sequence), .integer(Int64(limit))]
            ) { row throws(SQLiteError) in
                guard let kind = BucketChange.Kind(rawValue: try row.text(1)) else {
                    throw row.unexpected(1, "a kind of change")
                }
                return BucketChange(
                    sequence: try row.integer(0),
                    kind: kind,
                    bucket: try row.text(2),
                    key: try row.text(3),
                    versionID: try row.text(4),
                    etag: try row.optionalText(5),
                    size: try row.optionalInteger(6),
                    at: try row.integer(7)
                )
            }
        }
    }

    /// The sequence number of the newest change; 0 where nothing has happened yet.
    package func lastSequence() throws(BucketError) -> Int64 {
        try run { database throws(SQLiteError) in
            try database.first("SELECT coalesce(max(sequence), 0) FROM changes") { row throws(SQLiteError) in
                try row.integer(0)
            } ?? 0
        }
    }

    /// When something was begun: the instant that was given with its id at first.
    ///
    /// Whoever may have to do a thing twice gets the same instant both times.
    package func beginning(of id: String, at now: Int64) throws(BucketError) -> Int64 {
        try write { database throws(BucketError) in
            try run { database throws(SQLiteError) in
                try database.execute(
                    "INSERT INTO beginnings (id, at) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING",
                    [.text(id), .integer(now)]
                )
                try database.execute(
                    """
                    DELETE FROM beginnings WHERE id IN
                    (SELECT id FROM beginnings WHERE id <> ?1 ORDER BY at DESC LIMIT -1 OFFSET ?2)
                    """,
                    [.text(id), .integer(Self.keptBeginnings)]
                )
                return try database.first("SELECT at FROM beginnings WHERE id = ?1", [.text(id)]) {
                    row throws(SQLiteError) in try row.integer(0)
                } ?? now
            }
        }
    }

    /// Adds a change, in the transaction of what it tells of.
    func note(_ kind: BucketChange.Kind, _ version: ObjectVersion, at now: Int64) throws(BucketError) {
        try run { database throws(SQLiteError) in
            try database.execute(
                """
                INSERT INTO changes (kind, bucket, key, version_id, etag, size, at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """,
                [
                    .text(kind.rawValue), .text(version.bucket), .text(version.key), .text(version.versionID),
                    SQLiteValue(version.content?.etag), SQLiteValue(version.content?.size), .integer(now),
                ]
            )
            try database.execute(
                "DELETE FROM changes WHERE sequence <= ?1",
                [.integer(database.lastInsertedRowID - Self.keptChanges)]
            )
        }
    }
}
