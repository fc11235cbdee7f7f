// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

/// One row of a result; valid only inside the closure that it is handed to.
///
/// Columns count from 0. A value of another type than asked for is a `damaged` error: tables are STRICT, so a file whose
/// values do not have their column's type is not as it was written.
package struct Row: ~Copyable {
    private let statement: Statement

    init(_ statement: Statement) {
        self.statement = statement
    }

    /// A whole number; no instant, size or count is beyond 2^53, and one that is would overflow whatever is made of it.
    package func integer(_ column: Int) throws(SQLiteError) -> Int64 {
        try expect(SQLITE_INTEGER, column, "an integer")
        let value = statement.integer(Int32(column))
        guard value.magnitude <= 1 << 53 else { throw unexpected(column, "an integer of at most 53 bits") }
        return value
    }

    /// A whole number, or nil for NULL.
    package func optionalInteger(_ column: Int) throws(SQLiteError) -> Int64? {
        isNull(column) ? nil : try integer(column)
    }

    /// True for 1, false for 0.
    package func boolean(_ column: Int) throws(SQLiteError) -> Bool {
        switch try integer(column) {
        case 0: return false
        case 1: return true
        default: throw unexpected(column, "0 or 1")
        }
    }

    /// A text; bytes that are not UTF-8 become U+FFFD.
    package func text(_ column: Int) throws(SQLiteError) -> String {
        try expect(SQLITE_TEXT, column, "a text")
        return unsafe statement.withBytes(Int32(column)) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// A text, or nil for NULL.
    package func optionalText(_ column: Int) throws(SQLiteError) -> String? {
        isNull(column) ? nil : try text(column)
    }

    /// Bytes.
    package func blob(_ column: Int) throws(SQLiteError) -> [UInt8] {
        try expect(SQLITE_BLOB, column, "a blob")
        return unsafe statement.withBytes(Int32(column)) { unsafe Array($0) }
    }

    /// Whether a column holds NULL.
    package func isNull(_ column: Int) -> Bool {
        statement.type(Int32(column)) == SQLITE_NULL
    }

    /// The error for a value that has the right type and yet cannot be right; a row's mapping throws it.
    ///
    /// The text says what should be there, such as "a build's state".
    package func unexpected(_ column: Int, _ expected: String) -> SQLiteError {
        SQLiteError(
            code: SQLITE_MISMATCH,
            message: "the column \(statement.columnName(Int32(column))) does not hold \(expected)",
            sql: statement.sql
        )
    }

    private func expect(_ type: Int32, _ column: Int, _ name: String) throws(SQLiteError) {
        if statement.type(Int32(column)) != type { throw unexpected(column, name) }
    }
}
