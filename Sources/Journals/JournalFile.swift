// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SQLite

/// How a journal's file comes into being, is checked, and is brought up to date.
struct JournalFile {
    let path: String
    /// All steps of the schema that this version knows.
    let migrations: [Migration]

    /// `PRAGMA application_id`, by which the file is known as ours: "Nacr".
    private static let applicationID: UInt32 = 0x4e61_6372
    /// Up to this size every page is checked at each start, in some 10 ms; larger files only by `nacre doctor`.
    private static let checkedSizeBytes = 4 << 20

    /// Whether there is a file, of whatever content.
    func exists() -> Bool { unsafe access(path, F_OK) == 0 }

    /// Makes sure that there is a file.
    /// - Parameter trace: something that is there only because of a journal; nil where there is none.
    /// - Throws: `missing` when there was one before: an empty one would make strangers of all that it knew.
    func makeIfNew(trace: () -> String?) throws(JournalError) {
        if exists() { return }
        // SQLite would throw away what is in the log of another file.
        let log = "\(path)-wal"
        guard let trace = unsafe access(log, F_OK) == 0 ? log : trace() else { return try create() }
        throw JournalError(
            .missing,
            """
            \(path) is missing, but \(trace) shows that it was there. Nothing was changed. \
            \(JournalError.remedy(for: path))
            """
        )
    }

    /// Makes the file under another name and gives it its own when it is complete.
    ///
    /// A crash then leaves none that is half made, so that an empty one is always damage. Where another process was first, its file stays.
    func create() throws(JournalError) {
        let draft = "\(path).new-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { for suffix in ["", "-wal", "-shm"] { _ = unsafe unlink(draft + suffix) } }
        // Values given with a build may be secrets: for the owner only. SQLite gives its other files the same mode.
        let descriptor = unsafe Glibc.open(draft, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw failure(errno) }
        close(descriptor)
        let made = JournalFile(path: draft, migrations: migrations)
        try made.translating { () throws(SQLiteError) in
            let database = try Database(draft, .existing)
            try database.transaction { () throws(SQLiteError) in
                try database.execute("PRAGMA application_id = \(Self.applicationID)")
                try database.execute(
                    "CREATE TABLE migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT"
                )
            }
            try made.migrate(database, from: 0)
        }
        if unsafe link(draft, path) != 0 {
            let code = errno
            // Some file systems have no second names.
            let isMoved = unsafe [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(code) && rename(draft, path) == 0
            if !isMoved, code != EEXIST { throw failure(code) }
        }
        try syncFolder()
    }

    /// Opens the file, checks it, and brings its schema up to date.
    ///
    /// * `isFirst`: whether this may be the first connection since a crash.
    func open(isFirst: Bool) throws(JournalError) -> Database {
        let database = try translating { () throws(SQLiteError) in
            let size = try DatabaseHeader(of: path, applicationID: Self.applicationID).fileSize
            let database = try Database(path, .existing, isFirst: isFirst)
            if size <= Self.checkedSizeBytes { try database.check() }
            return database
        }
        let applied = try translating { () throws(SQLiteError) in
            try database.query("SELECT name FROM migrations ORDER BY id") { row throws(SQLiteError) in try row.text(0) }
        }
        if let unknown = applied.first(where: { name in !migrations.contains { $0.name == name } }) {
            throw JournalError(
                .newerSchema,
                """
                \(path) was written by a newer version of Nacre (its schema has the step '\(unknown)'). Nothing was \
                changed. Run that version; or restore a copy from before the upgrade (\(path).before-…).
                """
            )
        }
        if applied.count < migrations.count {
            try keepCopy(database, applied: applied.count)
            try translating { () throws(SQLiteError) in try migrate(database, from: applied.count) }
        }
        return database
    }

    // MARK: - Steps

    /// Runs the steps that come after the first `count`, each in a transaction of its own.
    private func migrate(_ database: Database, from count: Int) throws(SQLiteError) {
        for (offset, migration) in migrations.enumerated().dropFirst(count) {
            try database.transaction { () throws(SQLiteError) in
                let isApplied = try database.first("SELECT 1 FROM migrations WHERE name = ?1", [.text(migration.name)])
                {
                    row throws(SQLiteError) in try row.boolean(0)
                }
                // Another process may have been upgrading at the same time.
                if isApplied == true { return }
                try database.executeScript(migration.sql)
                let values: [SQLiteValue] = [.integer(Int64(offset + 1)), .text(migration.name)]
                try database.execute("INSERT INTO migrations (id, name) VALUES (?1, ?2)", values)
            }
        }
    }

    /// Puts a copy of the file beside it, as it is before the step after the first `applied` ones.
    private func keepCopy(_ database: Database, applied: Int) throws(JournalError) {
        let copy = "\(path).before-\(applied + 1)"
        let draft = "\(copy).new"
        _ = unsafe unlink(draft)
        // Where it finds no space, what there was is left to others.
        defer { _ = unsafe unlink(draft) }
        _ = try translating { () throws(SQLiteError) in try database.execute("VACUUM INTO ?1", [.text(draft)]) }
        let descriptor = unsafe Glibc.open(draft, O_RDWR | O_CLOEXEC)
        if descriptor < 0 { throw failure(errno) }
        defer { close(descriptor) }
        if fchmod(descriptor, 0o600) != 0 || fsync(descriptor) != 0 { throw failure(errno) }
        if unsafe rename(draft, copy) != 0 { throw failure(errno) }
        try syncFolder()
    }

    // MARK: - Failures

    private func translating<Value>(_ body: () throws(SQLiteError) -> Value) throws(JournalError) -> Value {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw JournalError(error, path: path)
        }
    }

    private func failure(_ code: Int32) -> JournalError {
        let reason = unsafe String(cString: strerror(code))
        if code == ENOSPC || code == EDQUOT { return JournalError(SQLiteError(code: 13, message: reason), path: path) }
        return JournalError(SQLiteError(code: 14, message: reason), path: path)
    }

    /// Puts a new name on the disk (`fsync(2)` of the folder).
    private func syncFolder() throws(JournalError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw failure(errno) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw failure(errno) }
    }
}
