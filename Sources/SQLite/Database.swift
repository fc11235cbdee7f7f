// SPDX-License-Identifier: Apache-2.0

internal import CSQLite

/// A connection to one SQLite file.
///
/// It has one owner, an actor or a thread, and is therefore opened without SQLite's own mutex (`SQLITE_OPEN_NOMUTEX`,
/// which <https://www.sqlite.org/threadsafe.html> allows as long as no two threads use one connection at the same time);
/// as it is not `Sendable`, the compiler holds its owner to that. All calls block: never make them on the cooperative pool.
///
/// Writes are durable: write-ahead log, `synchronous=FULL`. What `transaction` has returned from survives a power cut.
@safe package final class Database {
    /// The path given at opening.
    package let path: String
    private let connection: OpaquePointer
    /// Compiled statements by their text.
    ///
    /// Their number is bounded because the texts are constants of the program.
    private var statements: [String: Statement] = [:]
    private var isInTransaction = false

    /// How to treat a file that is not there.
    package enum Opening: Sendable {
        /// The file must exist.
        case existing
        /// An empty database is made where there is no file.
        case creating
        /// The file must exist, and nothing is written to it or to its write-ahead log, not even when it is closed.
        case reading
    }

    /// Opens a file (`sqlite3_open_v2`), in WAL mode, with full durability and foreign keys checked.
    /// - Parameters:
    ///   - path: a file's path; its folder must exist. `:memory:` makes a database that is in no file.
    ///   - opening: whether a missing file is made.
    ///   - busyTimeoutMilliseconds: how long an access waits for another connection's before it fails as `busy`.
    ///   - isFirst: whether this may be the first connection since a crash. What is in the write-ahead log is then looked at
    ///     before SQLite, which throws away all that follows a damaged place.
    /// - Throws: `inaccessible` when it cannot be opened, `notADatabase` or `damaged` when it is no good.
    package init(
        _ path: String,
        _ opening: Opening = .creating,
        busyTimeoutMilliseconds: Int32 = 10_000,
        isFirst: Bool = true
    ) throws(SQLiteError) {
        if isFirst { try WriteAheadLog.check(of: path) }
        let access =
            switch opening {
            case .existing: SQLITE_OPEN_READWRITE
            case .creating: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .reading: SQLITE_OPEN_READONLY
            }
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let connection = unsafe handle else {
            let message = unsafe String(cString: sqlite3_errmsg(handle))
            // Even a failed opening leaves a handle to free.
            unsafe sqlite3_close_v2(handle)
            throw SQLiteError(code: code, message: message)
        }
        self.path = path
        unsafe self.connection = connection
        _ = unsafe sqlite3_busy_timeout(connection, busyTimeoutMilliseconds)
        // They are for those who write, and the first one would.
        if case .reading = opening { return }
        try executeScript(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA journal_size_limit = 4194304;
            """
        )
    }

    deinit {
        statements.removeAll()
        // With no statement left this closes at once; the last connection folds the log into the file.
        unsafe sqlite3_close_v2(connection)
    }

    /// Reads every page; with all indices and values where it is to be thorough, which takes longer.
    /// - Throws: `damaged` with the first fault found.
    package func check(isThorough: Bool = false) throws(SQLiteError) {
        let answer = try first("PRAGMA \(isThorough ? "integrity" : "quick")_check(1)") { row throws(SQLiteError) in
            try row.text(0)
        }
        if let answer, answer != "ok" { throw SQLiteError(code: SQLITE_CORRUPT, message: answer) }
    }

    // MARK: - Statements

    /// Runs a statement that gives no rows, with values for `?1`, `?2`, …, as many as it has.
    /// - Returns: how many rows it changed.
    @discardableResult
    package func execute(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> Int {
        try run(sql, values) { _ throws(SQLiteError) in true }
        return unsafe Int(sqlite3_changes(connection))
    }

    /// Runs a statement and maps each of its rows.
    package func query<Value>(
        _ sql: String,
        _ values: [SQLiteValue] = [],
        _ map: (borrowing Row) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> [Value] {
        var result: [Value] = []
        try run(sql, values) { row throws(SQLiteError) in
            result.append(try map(row))
            return true
        }
        return result
    }

    /// Runs a statement and maps its first row; further ones are not computed.
    /// - Returns: nil when there is no row.
    package func first<Value>(
        _ sql: String,
        _ values: [SQLiteValue] = [],
        _ map: (borrowing Row) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value? {
        var result: Value?
        try run(sql, values) { row throws(SQLiteError) in
            result = try map(row)
            return false
        }
        return result
    }

    /// Runs any number of constant statements without values or results (`sqlite3_exec`).
    package func executeScript(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(connection, sql, nil, nil, nil)
        if code != SQLITE_OK { throw failure(code, sql) }
        checkNothingIsLeftOpen()
    }

    /// The row id of the last insertion on this connection.
    package var lastInsertedRowID: Int64 {
        unsafe sqlite3_last_insert_rowid(connection)
    }

    // MARK: - Transactions

    /// Runs `body` in a transaction that is a writer from its begin (`BEGIN IMMEDIATE`), so that what it reads holds until
    /// it commits.
    ///
    /// It is rolled back when `body` throws, and does not nest.
    package func transaction<Value>(_ body: () throws(SQLiteError) -> Value) throws(SQLiteError) -> Value {
        precondition(!isInTransaction, "transactions do not nest")
        isInTransaction = true
        defer {
            isInTransaction = false
            checkNothingIsLeftOpen()
        }
        do throws(SQLiteError) {
            try execute("BEGIN IMMEDIATE")
            let value = try body()
            try execute("COMMIT")
            return value
        } catch {
            // After some failures, as of a full disk, SQLite has already rolled back.
            if !isAutocommitting { _ = try? execute("ROLLBACK") }
            throw error
        }
    }

    private var isAutocommitting: Bool {
        unsafe sqlite3_get_autocommit(connection) != 0
    }

    private func checkNothingIsLeftOpen() {
        precondition(isInTransaction || isAutocommitting, "a transaction was left open")
    }

    // MARK: - Running

    /// Steps through the rows until the end or until `body` returns false.
    private func run(
        _ sql: String,
        _ values: [SQLiteValue],
        _ body: (borrowing Row) throws(SQLiteError) -> Bool
    ) throws(SQLiteError) {
        let statement = try statement(sql)
        defer {
            statement.reset()
            checkNothingIsLeftOpen()
        }
        try statement.bind(values)
        let row = Row(statement)
        while try statement.step() {
            if try !body(row) { return }
        }
    }

    /// The kept statement, or one of its own for a query inside the same query's loop.
    private func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if let kept = statements[sql], !kept.isBusy { return kept }
        let statement = try unsafe Statement(sql, connection: connection)
        if statements[sql] == nil { statements[sql] = statement }
        return statement
    }

    private func failure(_ code: Int32, _ sql: String) -> SQLiteError {
        unsafe SQLiteError(code: code, message: String(cString: sqlite3_errmsg(connection)), sql: sql)
    }
}
