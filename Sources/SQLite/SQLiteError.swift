// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

/// What SQLite refused, with the statement but never with the values bound to it.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The extended result code; see <https://www.sqlite.org/rescode.html>.
    package let code: Int32
    /// SQLite's own sentence.
    package let message: String
    /// The statement; nil where there was none, as when opening a file.
    package let sql: String?

    package init(code: Int32, message: String, sql: String? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// The kind of failure, whatever its extended code.
    package var kind: Kind {
        switch code & 0xff {
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_CORRUPT, SQLITE_MISMATCH: .damaged
        case SQLITE_IOERR where code == Self.shortRead: .damaged
        case SQLITE_FULL: .full
        case SQLITE_IOERR: .inputOutput
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_CONSTRAINT: .constraint
        case SQLITE_ERROR: .statement
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH: .inaccessible
        default: .other
        }
    }

    package var description: String {
        if let sql { "\(message) (SQLite \(code)) in: \(sql)" } else { "\(message) (SQLite \(code))" }
    }

    /// The families of result codes that a caller may want to tell apart.
    package enum Kind: Sendable, Hashable {
        /// The file is something else, or its first page is damaged.
        case notADatabase
        /// A page, or a value in one, cannot be what was written.
        case damaged
        /// The disk is full.
        case full
        /// The file system failed.
        case inputOutput
        /// Another connection held the file for longer than the busy timeout.
        case busy
        /// A constraint of the schema was violated.
        case constraint
        /// The file may not be opened, read or written.
        case inaccessible
        /// A statement does not fit the tables, or a value not its function: of statements that are tried and a schema of their
        /// version, that the file is not what was written.
        case statement
        /// Anything else.
        case other
    }

    /// `SQLITE_IOERR_SHORT_READ`, a computed macro that Swift does not import.
    private static let shortRead = SQLITE_IOERR | (2 << 8)
}
