// SPDX-License-Identifier: Apache-2.0

import SQLite
import WireWords

@testable import Journals

/// A change of a ref as it is on record.
struct ChangeRecord: Sendable, Hashable {
    /// The order of the changes; rises, with gaps.
    let seq: Int64
    let repository: RepositoryID
    let ref: String
    let old: String
    let new: String
    /// Who noticed it first.
    let origin: ChangeOrigin
    /// Whether a hook has reported it: no other hook's notice can then be of the same push.
    let isClaimed: Bool
    /// When it was recorded: milliseconds since 1970, UTC.
    let at: Int64
    let pusher: String?
    let options: [String]
    /// `build`, `batch`, `executions`, `overtaken`, `skipped`, or the word of `ChangeIntent.none`.
    let outcome: String
    /// Why a build was skipped.
    let reason: String?
    let build: BuildID?

    static let columns =
        "seq, repository_id, ref, old, new, origin, claimed, at, pusher, options, outcome, reason, build_id"

    /// Reads `columns`.
    init(_ row: borrowing Row) throws(SQLiteError) {
        seq = try row.integer(0)
        repository = RepositoryID(rawValue: try row.integer(1))
        ref = try row.text(2)
        old = try row.text(3)
        new = try row.text(4)
        guard let origin = ChangeOrigin(rawValue: try row.text(5)) else { throw row.unexpected(5, "an origin") }
        self.origin = origin
        isClaimed = try row.boolean(6)
        at = try row.integer(7)
        pusher = try row.optionalText(8)
        guard let options = TextList.decode(try row.text(9)) else { throw row.unexpected(9, "a list of texts") }
        self.options = options
        outcome = try row.text(10)
        reason = try row.optionalText(11)
        build = try row.optionalText(12).flatMap { BuildID($0) }
    }
}

extension Journal {
    /// The latest changes of one repository or of all, newest first.
    func changes(repository: RepositoryID? = nil) throws -> [ChangeRecord] {
        try database.query(
            "SELECT \(ChangeRecord.columns) FROM changes WHERE repository_id = coalesce(?1, repository_id) ORDER BY seq DESC",
            [SQLiteValue(repository?.rawValue)],
            ChangeRecord.init
        )
    }
}
