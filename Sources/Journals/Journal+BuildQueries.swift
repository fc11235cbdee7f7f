// SPDX-License-Identifier: Apache-2.0

internal import SQLite
package import WireWords

/// Finding builds; none of these looks at more rows than it gives, but for lists that combine a repository and a status.
extension Journal {
    /// Builds, newest first.
    package func builds(_ query: BuildQuery = BuildQuery()) throws(JournalError) -> [BuildRecord] {
        let (sql, values) = query.statement
        return try read { () throws(SQLiteError) in try database.query(sql, values, BuildRecord.init) }
    }

    /// The build with this id.
    package func build(_ id: BuildID) throws(JournalError) -> BuildRecord? {
        try read { () throws(SQLiteError) in try buildRecord(id) }
    }

    /// The build of a project with this number.
    package func build(project: String, number: Int64) throws(JournalError) -> BuildRecord? {
        try read { () throws(SQLiteError) in
            try database.first(Self.buildByNumber, [.text(project), .integer(number)], BuildRecord.init)
        }
    }

    /// The builds whose unique part begins with `prefix`: none, the one, or up to `limit` when it is ambiguous.
    ///
    /// A prefix has hexadecimal digits in either case, with dashes where they belong; anything else finds nothing.
    package func builds(
        uuidPrefix prefix: String,
        limit: Int = 3
    ) throws(JournalError) -> [BuildRecord] {
        let prefix = prefix.lowercased()
        let isPart = prefix.utf8.allSatisfy { BuildID.isHexDigit($0) || $0 == UInt8(ascii: "-") }
        if prefix.isEmpty || !isPart { return [] }
        return try read { () throws(SQLiteError) in
            // All that begin with it sort before the same text with a tilde.
            let values: [SQLiteValue] = [.text(prefix), .text(prefix + "~"), .integer(Int64(max(0, limit)))]
            return try database.query(Self.buildsByPrefix, values, BuildRecord.init)
        }
    }

    /// The build queued last, of one project or of all.
    package func latestBuild(project: String? = nil) throws(JournalError) -> BuildRecord? {
        try builds(BuildQuery(project: project, limit: 1, includesResults: true)).first
    }

    /// All builds that are not over, oldest first: what a daemon takes up again when it starts.
    package func unfinishedBuilds() throws(JournalError) -> [BuildRecord] {
        try read { () throws(SQLiteError) in try database.query(Self.unfinished, [], BuildRecord.init) }
    }

    // MARK: - Statements

    static let buildByNumber = "SELECT \(BuildRecord.columns) FROM builds WHERE project = ?1 AND number = ?2"
    static let buildByID = "SELECT \(BuildRecord.columns) FROM builds WHERE uuid = ?1"
    static let buildsByPrefix =
        "SELECT \(BuildRecord.columns) FROM builds WHERE uuid >= ?1 AND uuid < ?2 ORDER BY uuid LIMIT ?3"
    // Left to itself, SQLite walks the whole table, which has the wanted order, rather than sort a few rows.
    static let unfinished = """
        SELECT \(BuildRecord.columns) FROM builds INDEXED BY builds_unfinished
        WHERE state <> 'finished' ORDER BY seq
        """
    func buildRecord(_ id: BuildID) throws(SQLiteError) -> BuildRecord? {
        let record = try database.first(Self.buildByID, [.text(id.uuid)], BuildRecord.init)
        // The unique part is found whatever the project; the whole id must be the one asked for.
        return record?.id == id ? record : nil
    }
}
