// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

/// A compiled statement of one connection; freed with this object.
///
/// Internal: `Database` keeps the statements and is the only one to step them. The pointer is valid from `init` to
/// `deinit`; the database lets go of all its statements before it closes the connection that they belong to.
@safe final class Statement {
    let sql: String
    /// True between the first step and the reset: the statement cannot be used for a second query meanwhile.
    private(set) var isBusy = false
    private let handle: OpaquePointer

    /// Compiles the first and only statement of `sql` (`sqlite3_prepare_v3`).
    init(_ sql: String, connection: OpaquePointer) throws(SQLiteError) {
        var handle: OpaquePointer?
        var rest = 0
        let code = unsafe sql.withCString { text in
            var tail: UnsafePointer<CChar>?
            let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
            let code = unsafe sqlite3_prepare_v3(connection, text, -1, flags, &handle, &tail)
            if let tail = unsafe tail { rest = unsafe String(cString: tail).utf8.count }
            return code
        }
        guard code == SQLITE_OK, let handle = unsafe handle else {
            throw unsafe SQLiteError(code: code, message: String(cString: sqlite3_errmsg(connection)), sql: sql)
        }
        precondition(rest == 0, "more than one statement; use executeScript: \(sql)")
        self.sql = sql
        unsafe self.handle = handle
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// Gives the parameters their values, from `?1` on.
    func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        let count = unsafe Int(sqlite3_bind_parameter_count(handle))
        precondition(count == values.count, "\(count) parameters but \(values.count) values: \(sql)")
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            let code: Int32
            switch value {
            case .null:
                code = unsafe sqlite3_bind_null(handle, index)
            case .integer(let number):
                code = unsafe sqlite3_bind_int64(handle, index, number)
            case .text(var text):
                code = text.withUTF8 {
                    unsafe nacre_sqlite_bind_text(handle, index, $0.baseAddress, UInt64($0.count))
                }
            case .blob(let bytes):
                code = unsafe bytes.withUnsafeBytes {
                    unsafe nacre_sqlite_bind_blob(handle, index, $0.baseAddress, UInt64($0.count))
                }
            }
            if code != SQLITE_OK { throw failure(code) }
        }
    }

    /// Runs to the next row.
    /// - Returns: false at the end.
    func step() throws(SQLiteError) -> Bool {
        isBusy = true
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(code)
        }
    }

    /// Makes the statement ready for another use and forgets its values.
    func reset() {
        // The code is that of the last step, which has been reported.
        _ = unsafe sqlite3_reset(handle)
        _ = unsafe sqlite3_clear_bindings(handle)
        isBusy = false
    }

    /// The kind of value in a column of the present row, such as `SQLITE_TEXT`.
    func type(_ column: Int32) -> Int32 {
        unsafe sqlite3_column_type(handle, column)
    }

    /// The whole number in a column of the present row.
    func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(handle, column)
    }

    /// Hands over the bytes of a text or blob of the present row, which SQLite keeps only until the next step.
    @unsafe func withBytes<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        // The pointer first, the count second: <https://www.sqlite.org/c3ref/column_blob.html>.
        let start = unsafe sqlite3_column_blob(handle, column)
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// A column's name, for messages.
    func columnName(_ column: Int32) -> String {
        guard let name = unsafe sqlite3_column_name(handle, column) else { return "\(column)" }
        return unsafe String(cString: name)
    }

    private func failure(_ code: Int32) -> SQLiteError {
        let message = unsafe String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
        return SQLiteError(code: code, message: message, sql: sql)
    }
}
