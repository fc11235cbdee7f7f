// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import SQLite

/// A copy of a database as it is at one moment, while others read and write it.
package enum DatabaseCopy {
    /// Copies by `VACUUM INTO`, which reads in one transaction: no writer waits for it.
    /// - Parameters:
    ///   - path: the database.
    ///   - target: a new file, for the owner alone.
    /// - Returns: false when there is no such database.
    /// - Throws: `damaged`, `diskFull`, `system`.
    package static func make(of path: String, at target: String) throws(BackupError) -> Bool {
        guard Folder.exists(path) else { return false }
        do throws(SQLiteError) {
            let database = try Database(path, .existing)
            try database.execute("VACUUM INTO ?1", [.text(target)])
        } catch {
            throw BackupError(error, path: path)
        }
        if unsafe chmod(target, 0o600) != 0 {
            throw BackupError(FileError(code: errno, function: "chmod", path: target), "\(path) cannot be copied")
        }
        return true
    }

    /// Reads a database through, or its structure alone.
    /// - Returns: what is wrong with it, for a person; nil for nothing.
    package static func fault(of path: String, isDeep: Bool) -> String? {
        do throws(SQLiteError) {
            let database = try Database(path, .existing)
            let answer = try database.first(isDeep ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)") {
                row throws(SQLiteError) in try row.text(0)
            }
            if answer == "ok" { return nil }
            return "\(path) is damaged: \(answer ?? "it does not answer"); restore it from a backup"
        } catch {
            return "\(path) cannot be used: \(error.message); restore it from a backup"
        }
    }

    /// The steps of the journal's schema that a copy has.
    package static func schema(of copy: String) throws(BackupError) -> [String] {
        do throws(SQLiteError) {
            return try Database(copy, .existing).query("SELECT name FROM migrations ORDER BY id") {
                row throws(SQLiteError) in try row.text(0)
            }
        } catch {
            throw BackupError(error, path: copy)
        }
    }
}
