// SPDX-License-Identifier: Apache-2.0

internal import SQLite

/// A repository as the journal knows it.
package struct RepositoryRecord: Sendable, Hashable {
    package let id: RepositoryID
    package let name: String
    /// The absolute path of the git directory.
    package let path: String
    /// Whether it lies in Nacre's home and is Nacre's to delete.
    package let isHosted: Bool
    /// Whether Nacre's hooks are in place.
    package let isHooked: Bool
    /// The globs of the branches to watch.
    package let branches: [String]
    /// How its builds run: a JSON text that the journal does not read.
    package let settings: String
    /// Why it cannot be used at present; nil while it is good.
    package let problem: String?
    /// When it was added: milliseconds since 1970, UTC.
    package let addedAt: Int64

    static let columns = "id, name, path, hosted, hooked, branches, state, problem, added_at, settings"

    /// Reads `columns`.
    init(_ row: borrowing Row) throws(SQLiteError) {
        id = RepositoryID(rawValue: try row.integer(0))
        name = try row.text(1)
        path = try row.text(2)
        isHosted = try row.boolean(3)
        isHooked = try row.boolean(4)
        guard let branches = TextList.decode(try row.text(5)) else { throw row.unexpected(5, "a list of texts") }
        self.branches = branches
        problem = try row.text(6) == "bad" ? try row.optionalText(7) ?? "" : nil
        addedAt = try row.integer(8)
        settings = try row.text(9)
    }
}
