// SPDX-License-Identifier: Apache-2.0

internal import SQLite

/// All durable state of the daemon but bytes: repositories, the changes of their refs, builds.
///
/// Every operation is one transaction: when it has returned, what it did survives a crash and a power cut; when it throws,
/// nothing was done. It blocks, and is meant for one owner: an actor with a queue of its own. Several journals on one file,
/// in one process or many, see each other's writes and wait for each other.
///
/// Instants are milliseconds since 1970, UTC, and are given by the caller.
package final class Journal {
    let database: Database

    /// Opens the journal at `path`, or makes one where there has been none.
    ///
    /// An older schema is brought up to date, after a copy of the file was put beside it. A file that is damaged, not a
    /// journal, or written by a newer Nacre is refused and left as it is.
    /// The path is absolute, and its folder must exist.
    /// - Parameters:
    ///   - path: of the file.
    ///   - trace: looks for something that is there only because of a journal; asked where there is none.
    /// - Throws: `damaged`, `notAJournal` or `newerSchema` as said; `missing` when there is none but a trace of one;
    ///   `inaccessible` for the file system's reasons.
    package convenience init(path: String, unless trace: () -> String? = { nil }) throws(JournalError) {
        try self.init(path: path, migrations: Migration.all, unless: trace)
    }

    /// Opens the journal at `path`, and makes none.
    /// - Parameters:
    ///   - path: of the file.
    ///   - isFirst: whether this may be the first connection since a crash; the log is looked at then.
    /// - Throws: as the other one; `inaccessible` when there is none.
    package init(existing path: String, isFirst: Bool = true) throws(JournalError) {
        database = try JournalFile(path: path, migrations: Migration.all).open(isFirst: isFirst)
    }

    /// Opens a journal with the steps of the schema up to some version of Nacre.
    init(path: String, migrations: [Migration], unless trace: () -> String? = { nil }) throws(JournalError) {
        let file = JournalFile(path: path, migrations: migrations)
        try file.makeIfNew(trace: trace)
        database = try file.open(isFirst: true)
    }

    /// The path of the database file.
    package var path: String { database.path }

    /// Reads a little: whoever gets an answer knows that the journal gives answers.
    package func touch() throws(JournalError) {
        _ = try read { () throws(SQLiteError) in
            try database.first("SELECT count(*) FROM sqlite_schema") { row throws(SQLiteError) in try row.integer(0) }
        }
    }

    // MARK: - For the operations

    /// Runs a writing operation in a transaction.
    func write<Value>(_ body: () throws(SQLiteError) -> Value) throws(JournalError) -> Value {
        try read { () throws(SQLiteError) in try database.transaction(body) }
    }

    /// Runs one reading statement, which is a transaction by itself.
    func read<Value>(_ body: () throws(SQLiteError) -> Value) throws(JournalError) -> Value {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw JournalError(error, path: path)
        }
    }
}
