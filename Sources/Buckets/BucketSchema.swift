// SPDX-License-Identifier: Apache-2.0

/// The tables of the store; the bytes of the objects are in the store of artifacts.
enum BucketSchema {
    /// `PRAGMA application_id`, by which the file is known as ours: "Nacb".
    static let applicationID: UInt32 = 0x4e61_6362
    /// `PRAGMA user_version`.
    static let version: Int64 = 1

    /// Rows of `versions` rise in the order in which they were put; a delete marker has no bytes and none of what belongs
    /// to bytes.
    static let sql = """
        CREATE TABLE buckets (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            versioning TEXT NOT NULL CHECK (versioning IN ('Off', 'Enabled', 'Suspended')),
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            bucket_id INTEGER NOT NULL REFERENCES buckets (id),
            key TEXT NOT NULL,
            version_id TEXT NOT NULL,
            is_latest INTEGER NOT NULL CHECK (is_latest IN (0, 1)),
            modified_at INTEGER NOT NULL,
            size INTEGER,
            etag TEXT,
            digest TEXT CHECK (length(digest) = 64),
            content_type TEXT,
            metadata TEXT,
            UNIQUE (bucket_id, key, version_id)
        ) STRICT;
        CREATE UNIQUE INDEX versions_latest ON versions (bucket_id, key) WHERE is_latest = 1;
        CREATE INDEX versions_by_key ON versions (bucket_id, key, id);

        CREATE TABLE changes (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('created', 'deleted')),
            bucket TEXT NOT NULL,
            key TEXT NOT NULL,
            version_id TEXT NOT NULL,
            etag TEXT,
            size INTEGER,
            at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE beginnings (
            id TEXT NOT NULL PRIMARY KEY,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
