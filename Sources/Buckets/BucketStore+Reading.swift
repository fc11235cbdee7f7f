// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
package import Files
internal import SQLite

extension BucketStore {
    /// S3's most objects of one listing.
    package static let pageLimit = 1000

    /// What is known of an object.
    /// - Parameters:
    ///   - key: the object.
    ///   - version: an id; nil: the newest.
    ///   - bucket: where it is.
    /// - Returns: it; its bytes come from `open`.
    /// - Throws: `noSuchBucket`, `noSuchKey`, `noSuchVersion`, `methodNotAllowed` for a delete marker.
    package func head(
        _ key: String,
        version: String? = nil,
        in bucket: String
    ) throws(BucketError) -> StoredObject {
        if let version {
            guard let object = StoredObject(try self.version(version, of: key, in: bucket)) else {
                throw BucketError(
                    .methodNotAllowed,
                    "the version \(version) of '\(key)' is a delete marker: it has no bytes"
                )
            }
            return object
        }
        guard let latest = try latest(key, in: bucket) else {
            _ = try bucketRow(bucket)
            throw BucketError(
                .noSuchKey,
                "there is no object '\(key)' in the bucket '\(bucket)'; `nacre bucket ls \(bucket)` shows those that are"
            )
        }
        guard let object = StoredObject(latest) else {
            throw BucketError(
                .noSuchKey,
                "the object '\(key)' was removed from the bucket '\(bucket)'; `nacre bucket versions \(bucket)` shows what is "
                    + "left of it"
            )
        }
        return object
    }

    /// Opens an object's bytes after reading all of them and comparing their SHA-256.
    /// - Returns: a descriptor that stands at the start.
    /// - Throws: `damaged` where they are missing or others.
    package func open(_ object: StoredObject) throws(BucketError) -> Descriptor {
        do throws(ArtifactError) {
            return try artifacts.openVerified(object.content.digest)
        } catch {
            throw BucketError(
                error.code == .system ? .inaccessible : .damaged,
                "the object '\(object.key)' of the bucket '\(object.bucket)' cannot be read: \(error.message)"
            )
        }
    }

    /// The versions of the objects whose keys begin with a prefix, by key, the newest first.
    /// - Throws: `noSuchBucket`.
    package func versions(prefix: String = "", in bucket: String) throws(BucketError) -> [ObjectVersion] {
        let (id, _) = try bucketRow(bucket)
        return try run { database throws(SQLiteError) in
            try database.query(
                """
                SELECT \(ObjectRow.columns)
                WHERE v.bucket_id = ?1 AND v.key >= ?2 AND v.key < CAST(?3 AS TEXT) ORDER BY v.key, v.id DESC
                """,
                [.integer(id), .text(prefix), .blob(ObjectKey.end(ofPrefix: prefix))]
            ) { row throws(SQLiteError) in try ObjectRow.version(row) }
        }
    }

    /// A page of the objects whose keys begin with a prefix, in the order of their keys' bytes.
    /// - Parameters:
    ///   - bucket: where they are.
    ///   - prefix: what the keys begin with.
    ///   - delimiter: keys that have it after the prefix are only shown by what they have up to it, once.
    ///   - start: a key, or a common prefix, that the page begins after.
    ///   - limit: the most objects and common prefixes together.
    /// - Returns: the page.
    /// - Throws: `noSuchBucket`.
    package func list(
        _ bucket: String,
        prefix: String = "",
        delimiter: String? = nil,
        after start: String? = nil,
        limit: Int = pageLimit
    ) throws(BucketError) -> ObjectListing {
        let (id, _) = try bucketRow(bucket)
        var lister = ObjectLister(prefix: prefix, delimiter: delimiter, after: start, limit: limit)
        while let range = lister.range {
            let rows = try run { database throws(SQLiteError) in
                try database.query(
                    """
                    SELECT \(ObjectRow.columns)
                    WHERE v.bucket_id = ?1 AND v.key >= CAST(?2 AS TEXT) AND v.key < CAST(?3 AS TEXT)
                    AND v.is_latest = 1 AND v.size IS NOT NULL ORDER BY v.key LIMIT ?4
                    """,
                    [.integer(id), .blob(range.start), .blob(range.end), .integer(Int64(range.limit))]
                ) { row throws(SQLiteError) in try ObjectRow.version(row) }
            }
            lister.add(rows.compactMap { StoredObject($0) }, isLast: rows.count < range.limit)
        }
        return lister.listing
    }

    // MARK: - For the operations

    /// The newest version, which may be a delete marker; nil where there is none, or no such bucket.
    func latest(_ key: String, in bucket: String) throws(BucketError) -> ObjectVersion? {
        try run { database throws(SQLiteError) in
            try database.first(
                "SELECT \(ObjectRow.columns) WHERE b.name = ?1 AND v.key = ?2 AND v.is_latest = 1",
                [.text(bucket), .text(key)]
            ) { row throws(SQLiteError) in try ObjectRow.version(row) }
        }
    }

    func version(_ id: String, of key: String, in bucket: String) throws(BucketError) -> ObjectVersion {
        let found = try run { database throws(SQLiteError) in
            try database.first(
                "SELECT \(ObjectRow.columns) WHERE b.name = ?1 AND v.key = ?2 AND v.version_id = ?3",
                [.text(bucket), .text(key), .text(id)]
            ) { row throws(SQLiteError) in try ObjectRow.version(row) }
        }
        if let found { return found }
        if try latest(key, in: bucket) == nil { return try head(key, in: bucket).version }
        throw BucketError(
            .noSuchVersion,
            "the object '\(key)' has no version '\(id)'; `nacre bucket versions \(bucket)` shows those that it has"
        )
    }
}
