// SPDX-License-Identifier: Apache-2.0

internal import Ciphers
internal import Files
internal import Glibc
internal import SQLite

/// The files of the store: how they come into being, are checked and opened.
struct SecretFile {
    /// Absolute path of the database.
    let path: String
    /// Absolute path of the key.
    let keyPath: String

    /// `PRAGMA application_id`, by which the file is known as ours: "Nacs".
    private static let applicationID: UInt32 = 0x4e61_6373
    /// Up to this size every page is checked at each opening, in a few milliseconds.
    private static let checkedSizeBytes = 1 << 20
    /// What the known text is sealed for, by which the right key is known.
    private static let checkPurpose = "check"

    /// Whether there is a database.
    /// - Throws: `damaged` when only a write-ahead log is there, since SQLite would throw away what is in it.
    func exists() throws(SecretError) -> Bool {
        if Folder.exists(path) { return true }
        if !Folder.exists("\(path)-wal") { return false }
        throw SecretError(
            .damaged,
            "\(path) is missing, but \(path)-wal shows that it was there. \(SecretError.remedy)"
        )
    }

    /// Makes key and database where they are missing.
    ///
    /// The database appears whole, under its name, when it is complete; where another process was first, its file stays.
    func make() throws(SecretError) {
        let key = try translating { () throws(CipherError) in try KeyFile.readOrMake(keyPath) }
        let draft = "\(path).new-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { for suffix in ["", "-wal", "-shm"] { _ = unsafe unlink(draft + suffix) } }
        do throws(FileError) {
            // SQLite gives its other files the same mode.
            _ = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        } catch {
            throw SecretError(.inaccessible, "the store of secrets cannot be made: \(error)")
        }
        let check = try translating { () throws(CipherError) in try key.seal([], for: Self.checkPurpose) }
        do throws(SQLiteError) {
            let database = try Database(draft, .existing)
            try database.transaction { () throws(SQLiteError) in
                try database.executeScript(SecretSchema.sql)
                try database.execute("INSERT INTO facts (name, value) VALUES ('check', ?1)", [.blob(check)])
                try database.execute("PRAGMA application_id = \(Self.applicationID)")
                try database.execute("PRAGMA user_version = \(SecretSchema.version)")
            }
        } catch {
            throw SecretError(error, path: path)
        }
        do throws(FileError) {
            try FileMove.place(draft, at: path)
        } catch {
            throw SecretError(.inaccessible, "the store of secrets cannot be made: \(error)")
        }
    }

    /// Opens both.
    ///
    /// The key that is missing is never made anew here: what was sealed with the old one would be lost without a word.
    func open() throws(SecretError) -> (database: Database, key: SealingKey) {
        try checkMode()
        let key = try translating { () throws(CipherError) in try KeyFile.read(keyPath) }
        let database: Database
        let version: Int64
        do throws(SQLiteError) {
            let header = try DatabaseHeader(of: path, applicationID: Self.applicationID)
            database = try Database(path, .existing)
            if header.fileSize <= Self.checkedSizeBytes { try database.check() }
            version = try database.first("PRAGMA user_version") { row throws(SQLiteError) in try row.integer(0) } ?? 0
        } catch {
            throw SecretError(error, path: path)
        }
        if version > SecretSchema.version {
            throw SecretError(
                .newerSchema,
                "\(path) was written by a newer version of Nacre. Nothing was changed. Run that version, or restore a backup "
                    + "from before the upgrade."
            )
        }
        let check: [UInt8]?
        do throws(SQLiteError) {
            check = try database.first("SELECT value FROM facts WHERE name = 'check'") { row throws(SQLiteError) in
                try row.blob(0)
            }
        } catch {
            throw SecretError(error, path: path)
        }
        guard let check, (try? key.open(check, for: Self.checkPurpose)) != nil else {
            throw SecretError(
                .key,
                "\(keyPath) is not the key that \(path) was written with; put the right one back from a backup"
            )
        }
        return (database, key)
    }

    private func checkMode() throws(SecretError) {
        var status = stat()
        if unsafe stat(path, &status) != 0 {
            throw SecretError(.inaccessible, "\(FileError(code: errno, function: "stat", path: path))")
        }
        if status.st_mode & 0o077 != 0 {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw SecretError(
                .inaccessible,
                "\(path) can be read or written by others (mode \(mode)): make it yours alone with `chmod 600`"
            )
        }
    }

    private func translating<Value>(_ body: () throws(CipherError) -> Value) throws(SecretError) -> Value {
        do throws(CipherError) {
            return try body()
        } catch {
            throw SecretError(error)
        }
    }
}
