// SPDX-License-Identifier: Apache-2.0

package import Artifacts
internal import SQLite

/// The machine's own buckets with versions: what S3 is on AWS.
///
/// What is in them is in one file, the bytes are in the store of artifacts. Every change is one transaction. Several stores
/// on one file, in one process or many, see each other's changes and wait for each other. It blocks, and is meant for one
/// owner.
///
/// Instants are milliseconds since 1970, UTC, and are given by the caller.
package final class BucketStore {
    let artifacts: ArtifactStore
    private let database: Database

    private init(_ database: Database, _ artifacts: ArtifactStore) {
        self.database = database
        self.artifacts = artifacts
    }

    /// Opens the store, or makes one where there is none.
    /// - Parameters:
    ///   - path: absolute path of the file; its folder must exist.
    ///   - artifacts: where the bytes are.
    /// - Returns: the store.
    /// - Throws: for the file's reasons.
    package static func open(path: String, artifacts: ArtifactStore) throws(BucketError) -> BucketStore {
        let file = BucketFile(path: path)
        if try !file.exists() { try file.make() }
        return BucketStore(try file.open(), artifacts)
    }

    /// Whether there is a store.
    /// - Throws: `damaged` when there was one, and only a part of it is left.
    package static func exists(path: String) throws(BucketError) -> Bool { try BucketFile(path: path).exists() }

    /// Opens the store that is there; nil where there is none, and nothing is made.
    package static func existing(path: String, artifacts: ArtifactStore) throws(BucketError) -> BucketStore? {
        let file = BucketFile(path: path)
        return try file.exists() ? BucketStore(try file.open(), artifacts) : nil
    }

    // MARK: - Buckets

    /// Makes a bucket.
    /// - Parameters:
    ///   - name: by S3's rules.
    ///   - isVersioned: whether a put makes a further version.
    ///   - now: when it is made.
    /// - Returns: the bucket.
    /// - Throws: `invalidBucketName`, `bucketAlreadyExists`.
    @discardableResult
    package func create(_ name: String, isVersioned: Bool = true, at now: Int64) throws(BucketError) -> Bucket {
        try BucketName.check(name)
        let versioning: Bucket.Versioning = isVersioned ? .enabled : .off
        let count = try run { database throws(SQLiteError) in
            try database.execute(
                "INSERT INTO buckets (name, versioning, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
                [.text(name), .text(versioning.rawValue), .integer(now)]
            )
        }
        if count == 0 { throw BucketError(.bucketAlreadyExists, "there is a bucket '\(name)' already") }
        return Bucket(name: name, createdAt: now, versioning: versioning)
    }

    /// All buckets in the order of their names.
    package func buckets() throws(BucketError) -> [Bucket] {
        try run { database throws(SQLiteError) in
            try database.query("SELECT name, created_at, versioning FROM buckets ORDER BY name") {
                row throws(SQLiteError) in try Self.bucket(row)
            }
        }
    }

    /// The bucket of a name; nil where there is none.
    package func bucket(_ name: String) throws(BucketError) -> Bucket? {
        try run { database throws(SQLiteError) in
            try database.first("SELECT name, created_at, versioning FROM buckets WHERE name = ?1", [.text(name)]) {
                row throws(SQLiteError) in try Self.bucket(row)
            }
        }
    }

    /// Begins to keep versions, or ends it; those that are there stay.
    /// - Throws: `noSuchBucket`.
    package func setVersioned(_ name: String, _ isVersioned: Bool) throws(BucketError) {
        let count = try run { database throws(SQLiteError) in
            try database.execute(
                """
                UPDATE buckets SET versioning =
                CASE WHEN ?2 THEN 'Enabled' WHEN versioning = 'Off' THEN 'Off' ELSE 'Suspended' END
                WHERE name = ?1
                """,
                [.text(name), SQLiteValue(isVersioned)]
            )
        }
        if count == 0 { throw Self.noSuchBucket(name) }
    }

    /// Removes a bucket.
    /// - Parameters:
    ///   - name: the bucket.
    ///   - withObjects: whether also with all versions of all objects in it.
    /// - Throws: `noSuchBucket`, `bucketNotEmpty`.
    package func remove(_ name: String, withObjects: Bool = false) throws(BucketError) {
        try write { database throws(BucketError) in
            let (id, _) = try bucketRow(name)
            if withObjects {
                try run { database throws(SQLiteError) in
                    try database.execute("DELETE FROM versions WHERE bucket_id = ?1", [.integer(id)])
                }
            }
            let count = try run { database throws(SQLiteError) in
                try database.execute(
                    "DELETE FROM buckets WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM versions WHERE bucket_id = ?1)",
                    [.integer(id)]
                )
            }
            if count > 0 { return }
            throw BucketError(
                .bucketNotEmpty,
                "the bucket '\(name)' holds objects or versions of objects; `nacre bucket remove --force` takes them along"
            )
        }
    }

    // MARK: - For the operations

    /// What is thrown for the name of a bucket that is not there.
    package static func noSuchBucket(_ name: String) -> BucketError {
        BucketError(.noSuchBucket, "there is no bucket '\(name)': make it with `nacre bucket create \(name)`")
    }

    /// The row of a bucket.
    /// - Throws: `noSuchBucket`.
    func bucketRow(_ name: String) throws(BucketError) -> (id: Int64, versioning: Bucket.Versioning) {
        let found = try run { database throws(SQLiteError) in
            try database.first("SELECT id, versioning FROM buckets WHERE name = ?1", [.text(name)]) {
                row throws(SQLiteError) in (id: try row.integer(0), versioning: try Self.versioning(row, 1))
            }
        }
        guard let found else { throw Self.noSuchBucket(name) }
        return found
    }

    /// Runs a writing operation in a transaction, which is rolled back when it throws.
    func write<Value>(_ body: (Database) throws(BucketError) -> Value) throws(BucketError) -> Value {
        var failure: BucketError?
        do throws(SQLiteError) {
            return try database.transaction { () throws(SQLiteError) in
                do throws(BucketError) {
                    return try body(database)
                } catch {
                    failure = error
                    throw SQLiteError(code: 4, message: "rolled back")
                }
            }
        } catch {
            throw failure ?? BucketError(error, path: database.path)
        }
    }

    /// Runs statements.
    @discardableResult
    func run<Value>(_ body: (Database) throws(SQLiteError) -> Value) throws(BucketError) -> Value {
        do throws(SQLiteError) {
            return try body(database)
        } catch {
            throw BucketError(error, path: database.path)
        }
    }

    private static func bucket(_ row: borrowing Row) throws(SQLiteError) -> Bucket {
        Bucket(name: try row.text(0), createdAt: try row.integer(1), versioning: try versioning(row, 2))
    }

    private static func versioning(_ row: borrowing Row, _ column: Int) throws(SQLiteError) -> Bucket.Versioning {
        guard let versioning = Bucket.Versioning(rawValue: try row.text(column)) else {
            throw row.unexpected(column, "a bucket's versioning")
        }
        return versioning
    }
}
