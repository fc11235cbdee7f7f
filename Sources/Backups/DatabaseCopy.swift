// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import SQLite

/// A copy of a database as it is at one moment, while others read and write it.
///
/// Nothing is ever written to the original: of a damaged one the write-ahead log may be all that is left.
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
            let database = try open(path)
            try database.execute("VACUUM INTO ?1", [.text(target)])
        } catch {
            throw BackupError(error, path: path)
        }
        if unsafe chmod(target, 0o600) != 0 {
            throw BackupError(FileError(code: errno, function: "chmod", path: target), "\(path) cannot be copied")
        }
        return true
    }

    /// Reads a database through, or its structure alone, which leaves out the indices.
    /// - Returns: what is wrong with it, for a person; nil for nothing.
    package static func fault(of path: String, isDeep: Bool) -> String? {
        do throws(SQLiteError) {
            let database = try open(path)
            try database.check(isThorough: isDeep)
            return nil
        } catch {
            if error.kind == .damaged || error.kind == .notADatabase {
                return "\(path) is damaged: \(error.message); restore it from a backup"
            }
            return "\(path) cannot be used: \(error.message); restore it from a backup"
        }
    }

    /// The steps of the journal's schema that a copy has.
    package static func schema(of copy: String) throws(BackupError) -> [String] {
        do throws(SQLiteError) {
            return try open(copy).query("SELECT name FROM migrations ORDER BY id") {
                row throws(SQLiteError) in try row.text(0)
            }
        } catch {
            throw BackupError(error, path: copy)
        }
    }

    /// What is no database is refused before SQLite looks at it, since it would begin an empty one anew.
    private static func open(_ path: String) throws(SQLiteError) -> Database {
        _ = try DatabaseHeader(of: path)
        return try Database(path, .reading)
    }
}
