// SPDX-License-Identifier: Apache-2.0

internal import SQLite
package import WireWords

/// Which builds a list is to hold; they come newest first.
package struct BuildQuery: Sendable, Hashable {
    /// Only those of this project.
    package var project: String?
    /// Only those of this repository.
    package var repository: RepositoryID?
    /// Only those with this status.
    package var status: BuildStatus?
    /// Only those queued before this one: the `seq` of the last build of the page before.
    package var before: Int64?
    /// The most that are wanted.
    package var limit: Int
    /// Whether the records are to hold their `result`, some kilobytes each.
    package var includesResults: Bool

    package init(
        project: String? = nil,
        repository: RepositoryID? = nil,
        status: BuildStatus? = nil,
        before: Int64? = nil,
        limit: Int = 50,
        includesResults: Bool = false
    ) {
        self.project = project
        self.repository = repository
        self.status = status
        self.before = before
        self.limit = limit
        self.includesResults = includesResults
    }

    /// The statement and its values.
    ///
    /// There are few texts, so that each is compiled once.
    var statement: (sql: String, values: [SQLiteValue]) {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func require(_ condition: String, _ value: SQLiteValue?) {
            guard let value else { return }
            values.append(value)
            conditions.append("\(condition) ?\(values.count)")
        }
        require("project =", project.map(SQLiteValue.text))
        require("repository_id =", repository.map { .integer($0.rawValue) })
        require("status =", status.map { .text($0.rawValue) })
        require("seq <", before.map(SQLiteValue.integer))
        values.append(.integer(Int64(max(0, limit))))
        let columns = includesResults ? BuildRecord.columns : BuildRecord.columnsWithoutResult
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return ("SELECT \(columns) FROM builds\(condition) ORDER BY seq DESC LIMIT ?\(values.count)", values)
    }
}
