// SPDX-License-Identifier: Apache-2.0

internal import SQLite

/// Repositories and the last-seen values of their refs.
extension Journal {
    /// Adds a repository, together with what its watched refs point to at present, which is then not news.
    /// - Throws: `conflict` when the name or the path is taken.
    package func addRepository(
        _ draft: RepositoryDraft,
        refs: [RefValue] = [],
        at instant: Int64
    ) throws(JournalError) -> RepositoryRecord {
        try write { () throws(SQLiteError) in
            try database.execute(
                """
                INSERT INTO repositories (name, path, hosted, hooked, branches, state, added_at)
                VALUES (?1, ?2, ?3, ?4, ?5, 'good', ?6)
                """,
                [
                    .text(draft.name), .text(draft.path), SQLiteValue(draft.isHosted), SQLiteValue(draft.isHooked),
                    .text(TextList.encode(draft.branches)), .integer(instant),
                ]
            )
            let id = RepositoryID(rawValue: database.lastInsertedRowID)
            for value in refs { try setLastSeen(id, value.ref, value.oid) }
            guard let record = try repositoryRecord(id) else { throw Self.vanished }
            return record
        }
    }

    /// Forgets a repository and its refs; its builds and changes stay on record.
    /// - Returns: false when there was none.
    @discardableResult
    package func removeRepository(_ id: RepositoryID) throws(JournalError) -> Bool {
        try write { () throws(SQLiteError) in
            try database.execute("DELETE FROM repositories WHERE id = ?1", [.integer(id.rawValue)]) > 0
        }
    }

    /// Notes why a repository cannot be used, or with nil that it can.
    /// - Returns: the record as it is now; nil when there is no such repository, or nothing changed.
    @discardableResult
    package func setProblem(_ id: RepositoryID, _ problem: String?) throws(JournalError) -> RepositoryRecord? {
        try write { () throws(SQLiteError) in
            let count = try database.execute(
                """
                UPDATE repositories SET state = iif(?2 IS NULL, 'good', 'bad'), problem = ?2
                WHERE id = ?1 AND problem IS NOT ?2
                """,
                [.integer(id.rawValue), SQLiteValue(problem)]
            )
            return count == 0 ? nil : try repositoryRecord(id)
        }
    }

    /// Sets how a repository's builds run.
    /// - Returns: the record as it is now; nil when there is no such repository.
    package func setSettings(_ id: RepositoryID, _ settings: String) throws(JournalError) -> RepositoryRecord? {
        try write { () throws(SQLiteError) in
            let values: [SQLiteValue] = [.integer(id.rawValue), .text(settings)]
            let count = try database.execute("UPDATE repositories SET settings = ?2 WHERE id = ?1", values)
            return count == 0 ? nil : try repositoryRecord(id)
        }
    }

    /// All repositories, by name.
    package func repositories() throws(JournalError) -> [RepositoryRecord] {
        try read { () throws(SQLiteError) in
            try database.query(
                "SELECT \(RepositoryRecord.columns) FROM repositories ORDER BY name",
                [],
                RepositoryRecord.init
            )
        }
    }

    /// The repository with this number.
    package func repository(_ id: RepositoryID) throws(JournalError) -> RepositoryRecord? {
        try read { () throws(SQLiteError) in try repositoryRecord(id) }
    }

    /// The repository with this name.
    package func repository(named name: String) throws(JournalError) -> RepositoryRecord? {
        try read { () throws(SQLiteError) in
            let sql = "SELECT \(RepositoryRecord.columns) FROM repositories WHERE name = ?1"
            return try database.first(sql, [.text(name)], RepositoryRecord.init)
        }
    }

    /// The repository at this absolute path.
    package func repository(atPath path: String) throws(JournalError) -> RepositoryRecord? {
        try read { () throws(SQLiteError) in
            let sql = "SELECT \(RepositoryRecord.columns) FROM repositories WHERE path = ?1"
            return try database.first(sql, [.text(path)], RepositoryRecord.init)
        }
    }

    /// The last-seen values of a repository's refs, by name in byte order: what a scan compares with.
    package func lastSeenRefs(_ id: RepositoryID) throws(JournalError) -> [RefValue] {
        try read { () throws(SQLiteError) in
            let sql = "SELECT ref, oid FROM refs WHERE repository_id = ?1 ORDER BY ref"
            return try database.query(sql, [.integer(id.rawValue)]) { row throws(SQLiteError) in
                RefValue(ref: try row.text(0), oid: try row.text(1))
            }
        }
    }

    /// Notes what refs are that are watched from now on, so that only what happens to them later is a change.
    ///
    /// Those that were seen before stay as they were seen, and so do those of a repository that is gone.
    package func noteRefs(_ id: RepositoryID, _ refs: [RefValue]) throws(JournalError) {
        try write { () throws(SQLiteError) in
            guard try isKnown(id) else { return }
            for value in refs where try lastSeen(id, value.ref) == nil { try setLastSeen(id, value.ref, value.oid) }
        }
    }

    // MARK: - Inside a transaction

    private func repositoryRecord(_ id: RepositoryID) throws(SQLiteError) -> RepositoryRecord? {
        let sql = "SELECT \(RepositoryRecord.columns) FROM repositories WHERE id = ?1"
        return try database.first(sql, [.integer(id.rawValue)], RepositoryRecord.init)
    }

    /// Whether a repository is there.
    func isKnown(_ id: RepositoryID) throws(SQLiteError) -> Bool {
        try database.first("SELECT 1 FROM repositories WHERE id = ?1", [.integer(id.rawValue)]) {
            row throws(SQLiteError) in try row.boolean(0)
        } ?? false
    }

    /// Where a ref was seen last; nil when it was not there.
    func lastSeen(_ id: RepositoryID, _ ref: String) throws(SQLiteError) -> String? {
        let sql = "SELECT oid FROM refs WHERE repository_id = ?1 AND ref = ?2"
        return try database.first(sql, [.integer(id.rawValue), .text(ref)]) { row throws(SQLiteError) in try row.text(0)
        }
    }

    /// Moves a ref's last-seen value; nil or all zeros when the ref is not there.
    func setLastSeen(_ id: RepositoryID, _ ref: String, _ oid: String?) throws(SQLiteError) {
        let key: [SQLiteValue] = [.integer(id.rawValue), .text(ref)]
        if let oid = Self.present(oid) {
            try database.execute(
                """
                INSERT INTO refs (repository_id, ref, oid) VALUES (?1, ?2, ?3)
                ON CONFLICT DO UPDATE SET oid = excluded.oid
                """,
                key + [.text(oid)]
            )
        } else {
            try database.execute("DELETE FROM refs WHERE repository_id = ?1 AND ref = ?2", key)
        }
    }

    /// An object id, or nil for git's way of writing that there is none: zeros only, of either hash's length.
    static func present(_ oid: String?) -> String? {
        guard let oid, oid.utf8.contains(where: { $0 != UInt8(ascii: "0") }) else { return nil }
        return oid
    }

    /// A row that was just written is not there.
    static var vanished: SQLiteError {
        SQLiteError(code: 11, message: "a row that was just written is not there")
    }
}
