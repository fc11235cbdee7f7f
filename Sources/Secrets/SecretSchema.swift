// SPDX-License-Identifier: Apache-2.0

/// The tables of the store.
///
/// Names, types, descriptions and times are readable; every value is sealed, for its name and version.
enum SecretSchema {
    /// `PRAGMA user_version`.
    static let version: Int64 = 1

    static let sql = """
        CREATE TABLE facts (
            name TEXT NOT NULL PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE parameters (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE parameter_versions (
            parameter_id INTEGER NOT NULL REFERENCES parameters (id) ON DELETE CASCADE,
            version INTEGER NOT NULL CHECK (version > 0),
            type TEXT NOT NULL CHECK (type IN ('String', 'StringList', 'SecureString')),
            description TEXT,
            size INTEGER NOT NULL,
            modified_at INTEGER NOT NULL,
            modified_by TEXT NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (parameter_id, version)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE secrets (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            suffix TEXT NOT NULL CHECK (length(suffix) = 6),
            description TEXT,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE secret_versions (
            secret_id INTEGER NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
            version_id TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (secret_id, version_id)
        ) STRICT;

        CREATE TABLE secret_stages (
            secret_id INTEGER NOT NULL,
            stage TEXT NOT NULL,
            version_id TEXT NOT NULL,
            PRIMARY KEY (secret_id, stage),
            FOREIGN KEY (secret_id, version_id) REFERENCES secret_versions (secret_id, version_id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX secret_stages_by_version ON secret_stages (secret_id, version_id);
        """
}
