// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import JSON
internal import SQLite

/// How versions stand in the store's tables.
enum ObjectRow {
    static let columns = """
        b.name, v.key, v.version_id, v.is_latest, v.modified_at, v.size, v.etag, v.digest, v.content_type, v.metadata, v.id \
        FROM versions AS v JOIN buckets AS b ON b.id = v.bucket_id
        """

    static func version(_ row: borrowing Row) throws(SQLiteError) -> ObjectVersion {
        ObjectVersion(
            bucket: try row.text(0),
            key: try row.text(1),
            versionID: try row.text(2),
            isLatest: try row.boolean(3),
            modifiedAt: try row.integer(4),
            content: row.isNull(5) ? nil : try content(row)
        )
    }

    private static func content(_ row: borrowing Row) throws(SQLiteError) -> ObjectVersion.Content {
        guard let digest = SHA256Digest(hex: try row.text(7)) else { throw row.unexpected(7, "a SHA-256 sum") }
        let text = try row.text(9)
        guard let metadata = try? JSONText.decode([String: String].self, from: Array(text.utf8)) else {
            throw row.unexpected(9, "metadata")
        }
        return ObjectVersion.Content(
            size: try row.integer(5),
            etag: try row.text(6),
            digest: digest,
            contentType: try row.text(8),
            metadata: metadata
        )
    }

    /// Adds a version as the latest one; the one before must have been made an earlier one.
    static func insert(
        _ version: ObjectVersion,
        bucketID: Int64,
        in database: Database
    ) throws(SQLiteError) {
        let content = version.content
        // Texts alone always have a JSON form.
        let metadata = content.flatMap { try? JSONText.encode($0.metadata) }
        try database.execute(
            """
            INSERT INTO versions
            (bucket_id, key, version_id, is_latest, modified_at, size, etag, digest, content_type, metadata)
            VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9)
            """,
            [
                .integer(bucketID), .text(version.key), .text(version.versionID), .integer(version.modifiedAt),
                SQLiteValue(content?.size), SQLiteValue(content?.etag), SQLiteValue(content?.digest.hex),
                SQLiteValue(content?.contentType), SQLiteValue(metadata.map { String(decoding: $0, as: UTF8.self) }),
            ]
        )
    }
}
