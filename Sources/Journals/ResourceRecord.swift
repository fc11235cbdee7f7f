// SPDX-License-Identifier: Apache-2.0

internal import SQLite

/// Something that was applied beside the pipelines: a build project, a rule, a mapping.
package struct ResourceRecord: Sendable, Hashable {
    /// Such as `project`, `rule`, `mapping`.
    package let kind: String
    /// Unique among those of its kind.
    package let name: String
    /// A text that the journal does not read.
    package let body: String
    /// Where it comes from, for a person.
    package let origin: String
    /// Milliseconds since 1970.
    package let updatedAt: Int64

    static let columns = "kind, name, body, origin, updated_at"

    /// Reads `columns`.
    init(_ row: borrowing Row) throws(SQLiteError) {
        kind = try row.text(0)
        name = try row.text(1)
        body = try row.text(2)
        origin = try row.text(3)
        updatedAt = try row.integer(4)
    }
}
