// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import SQLite

/// The file of the store: how it comes into being, is checked and opened.
struct BucketFile {
    /// Absolute path of the database.
    let path: String

    /// Up to this size every page is checked at each opening, in a few milliseconds.
    private static let checkedSizeBytes = 1 << 20

    /// Whether there is a database.
    /// - Throws: `damaged` when only a write-ahead log is there, since SQLite would throw away what is in it.
    func exists() throws(BucketError) -> Bool {
        if Folder.exists(path) { return true }
        if !Folder.exists("\(path)-wal") { return false }
        throw BucketError(
            .damaged,
            "\(path) is missing, but \(path)-wal shows that it was there. \(BucketError.remedy)"
        )
    }

    /// Makes the database.
    ///
    /// It appears whole, under its name, when it is complete; where another process was first, its file stays.
    func make() throws(BucketError) {
        let draft = "\(path).new-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { for suffix in ["", "-wal", "-shm"] { _ = unsafe unlink(draft + suffix) } }
        do throws(FileError) {
            // SQLite gives its other files the same mode.
            _ = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        } catch {
            throw BucketError(.inaccessible, "the store of buckets cannot be made: \(error)")
        }
        do throws(SQLiteError) {
            let database = try Database(draft, .existing)
            try database.transaction { () throws(SQLiteError) in
                try database.executeScript(BucketSchema.sql)
                try database.execute("PRAGMA application_id = \(BucketSchema.applicationID)")
                try database.execute("PRAGMA user_version = \(BucketSchema.version)")
            }
        } catch {
            throw BucketError(error, path: path)
        }
        do throws(FileError) {
            try FileMove.place(draft, at: path)
        } catch {
            throw BucketError(.inaccessible, "the store of buckets cannot be made: \(error)")
        }
    }

    func open() throws(BucketError) -> Database {
        let database: Database
        let version: Int64
        do throws(SQLiteError) {
            let header = try DatabaseHeader(of: path, applicationID: BucketSchema.applicationID)
            database = try Database(path, .existing)
            if header.fileSize <= Self.checkedSizeBytes { try database.check() }
            version = try database.first("PRAGMA user_version") { row throws(SQLiteError) in try row.integer(0) } ?? 0
        } catch {
            throw BucketError(error, path: path)
        }
        if version > BucketSchema.version {
            throw BucketError(
                .newerSchema,
                "\(path) was written by a newer version of Nacre. Nothing was changed. Run that version, or restore a backup "
                    + "from before the upgrade."
            )
        }
        return database
    }
}
