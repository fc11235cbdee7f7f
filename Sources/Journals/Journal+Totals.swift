// SPDX-License-Identifier: Apache-2.0

internal import SQLite

/// Numbers for those who watch Nacre.
extension Journal {
    /// What has happened so often; kept by triggers, so that it costs nothing to read.
    package func totals() throws(JournalError) -> JournalTotals {
        let rows = try read { () throws(SQLiteError) in
            try database.query("SELECT kind, label, count FROM totals") { row throws(SQLiteError) in
                (try row.text(0), try row.text(1), try row.integer(2))
            }
        }
        var totals = JournalTotals()
        for (kind, label, count) in rows {
            switch kind {
            case "build": totals.builds[label] = count
            case "execution": totals.executions[label] = count
            default: totals.changes[label] = count
            }
        }
        return totals
    }

    /// How many executions are not over, by pipeline.
    package func executionsInProgress() throws(JournalError) -> [String: Int64] {
        let rows = try read { () throws(SQLiteError) in
            try database.query(
                "SELECT pipeline, count(*) FROM executions WHERE status IN ('InProgress', 'Stopping') GROUP BY pipeline"
            ) { row throws(SQLiteError) in (try row.text(0), try row.integer(1)) }
        }
        return Dictionary(rows) { $1 }
    }

    /// How many repositories there are, and how many of them cannot be read.
    package func repositoryCounts() throws(JournalError) -> (all: Int64, bad: Int64) {
        let counts = try read { () throws(SQLiteError) in
            try database.first("SELECT count(*), count(*) FILTER (WHERE state = 'bad') FROM repositories") {
                row throws(SQLiteError) in (all: try row.integer(0), bad: try row.integer(1))
            }
        }
        return counts ?? (0, 0)
    }
}
