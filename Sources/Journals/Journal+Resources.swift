// SPDX-License-Identifier: Apache-2.0

internal import SQLite

/// Resources that were applied beside the pipelines.
extension Journal {
    /// Puts a resource in place of the one of that kind and name, or beside the others where there is none.
    package func setResource(
        kind: String,
        name: String,
        body: String,
        origin: String,
        at instant: Int64
    ) throws(JournalError) {
        try write { () throws(SQLiteError) in
            try putResource(kind: kind, name: name, body: body, origin: origin, at: instant)
        }
    }

    /// As `setResource`, inside a transaction.
    func putResource(
        kind: String,
        name: String,
        body: String,
        origin: String,
        at instant: Int64
    ) throws(SQLiteError) {
        try database.execute(
            """
            INSERT INTO resources (kind, name, body, origin, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (kind, name) DO UPDATE SET body = ?3, origin = ?4, updated_at = ?5
            """,
            [.text(kind), .text(name), .text(body), .text(origin), .integer(instant)]
        )
    }

    /// The resource of a kind and name; nil where there is none.
    package func resource(kind: String, name: String) throws(JournalError) -> ResourceRecord? {
        try read { () throws(SQLiteError) in
            try database.first(
                "SELECT \(ResourceRecord.columns) FROM resources WHERE kind = ?1 AND name = ?2",
                [.text(kind), .text(name)],
                ResourceRecord.init
            )
        }
    }

    /// All resources of a kind, ordered by name.
    package func resources(kind: String) throws(JournalError) -> [ResourceRecord] {
        try read { () throws(SQLiteError) in
            try database.query(
                "SELECT \(ResourceRecord.columns) FROM resources WHERE kind = ?1 ORDER BY name",
                [.text(kind)],
                ResourceRecord.init
            )
        }
    }

    /// Forgets a resource.
    /// - Returns: false when there was none.
    @discardableResult
    package func removeResource(kind: String, name: String) throws(JournalError) -> Bool {
        try write { () throws(SQLiteError) in
            try database.execute(
                "DELETE FROM resources WHERE kind = ?1 AND name = ?2",
                [.text(kind), .text(name)]
            ) > 0
        }
    }
}
