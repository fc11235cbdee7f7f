// SPDX-License-Identifier: Apache-2.0

internal import SQLite

extension BucketStore {
    /// The sums of all versions of all objects, in hexadecimal digits.
    package func digests() throws(BucketError) -> Set<String> {
        let found = try run { database throws(SQLiteError) in
            try database.query("SELECT DISTINCT digest FROM versions WHERE digest IS NOT NULL") {
                row throws(SQLiteError) in try row.text(0)
            }
        }
        return Set(found)
    }

    /// Removes versions that were replaced or deleted before an instant, and delete markers that hide nothing any more: what
    /// S3's lifecycle rules call noncurrent versions and expired object delete markers.
    /// - Parameters:
    ///   - instant: milliseconds since 1970.
    ///   - isDryRun: whether nothing is removed.
    ///   - isUsed: whether something else refers to the bytes of a version, which then stays.
    /// - Returns: the sums of the removed versions.
    /// - Throws: for the file's reasons.
    package func expireVersions(
        before instant: Int64,
        isDryRun: Bool = false,
        unless isUsed: (String) -> Bool
    ) throws(BucketError) -> [String] {
        let found = try run { database throws(SQLiteError) in
            try database.query(Self.expired, [.integer(instant)]) { row throws(SQLiteError) in
                (id: try row.integer(0), digest: try row.optionalText(1))
            }
        }
        let gone = found.filter { version in version.digest.map { !isUsed($0) } ?? true }
        if !isDryRun {
            // A few at a time, so that others who put objects do not wait.
            for start in stride(from: 0, to: gone.count, by: 100) {
                try write { _ throws(BucketError) in
                    try run { database throws(SQLiteError) in
                        for version in gone[start..<min(start + 100, gone.count)] {
                            try database.execute("DELETE FROM versions WHERE id = ?1", [.integer(version.id)])
                        }
                    }
                }
            }
        }
        return gone.compactMap(\.digest)
    }

    private static let expired = """
        SELECT v.id, v.digest FROM versions AS v WHERE v.is_latest = 0 AND (
            SELECT min(n.modified_at) FROM versions AS n
            WHERE n.bucket_id = v.bucket_id AND n.key = v.key AND n.id > v.id
        ) < ?1
        UNION ALL
        SELECT v.id, NULL FROM versions AS v WHERE v.is_latest = 1 AND v.digest IS NULL AND v.modified_at < ?1
        AND NOT EXISTS (
            SELECT 1 FROM versions AS n WHERE n.bucket_id = v.bucket_id AND n.key = v.key AND n.id <> v.id
        )
        """
}
