// SPDX-License-Identifier: Apache-2.0

internal import SQLite
internal import WireWords

extension SecretStore {
    /// Secrets Manager's limit for a value, in bytes.
    private static let limitBytes = 65_536
    /// How many versions without a stage are kept.
    private static let limitDeprecated: Int64 = 100

    /// A row of the table.
    private struct Entry {
        let id: Int64
        let name: String
        let suffix: String
        let description: String?
        let createdAt: Int64
        let changedAt: Int64

        var arn: String { SecretName.arn(name, suffix: suffix) }
    }

    /// Puts a value: makes the secret where there is none, and a further version where there is one.
    ///
    /// As with AWS's `PutSecretValue` the stages move to the new version; with `AWSCURRENT`, the version that had it becomes
    /// `AWSPREVIOUS`. The first version of a secret always is `AWSCURRENT`.
    /// - Parameters:
    ///   - id: a name, or the ARN of a secret that is there.
    ///   - value: 1 to 65536 bytes, text or JSON.
    ///   - stages: the stages of the new version.
    ///   - versionID: nil: a new UUID.
    ///   - description: nil: as before.
    ///   - now: milliseconds since 1970, UTC.
    /// - Returns: the secret as it is then, and the version that holds the value.
    /// - Throws: `invalid` for a name, stage or value that Secrets Manager does not take; `conflict` when the version is there
    ///   with another value (with the same one, nothing is done).
    @discardableResult
    package func putSecret(
        _ id: String,
        value: String,
        stages: [String] = [SecretStage.current],
        versionID: String? = nil,
        description: String? = nil,
        at now: Int64
    ) throws(SecretError) -> (secret: Secret, version: Secret.Version) {
        let size = value.utf8.count
        guard (1...Self.limitBytes).contains(size) else {
            throw SecretError(.invalid, "the value of \(id) has \(size) bytes; a secret's has 1 to \(Self.limitBytes)")
        }
        try Self.checkStages(stages)
        return try write { database throws(SecretError) in
            let known = try entry(id)
            let entry = if let known { known } else { try create(id, at: now) }
            let version = versionID ?? BuildID.make(project: "secret").uuid
            if let sealed = try sealedValue(entry, version) {
                let isSame = try open(sealed, for: Self.purpose(entry, version), of: id) == value
                if isSame { return try described(entry, version) }
                throw SecretError(.conflict, "the secret \(entry.name) has a version \(version) with another value")
            }
            let sealed = try seal(value, for: Self.purpose(entry, version))
            try run { database throws(SQLiteError) in
                try database.execute(
                    "INSERT INTO secret_versions (secret_id, version_id, created_at, value) VALUES (?1, ?2, ?3, ?4)",
                    [.integer(entry.id), .text(version), .integer(now), .blob(sealed)]
                )
                try database.execute(
                    "UPDATE secrets SET changed_at = ?2, description = coalesce(?3, description) WHERE id = ?1",
                    [.integer(entry.id), .integer(now), SQLiteValue(description)]
                )
            }
            for stage in known == nil ? stages + [SecretStage.current] : stages {
                try attach(stage, to: version, of: entry)
            }
            try removeDeprecated(entry)
            guard let now = try self.entry(id) else { throw Self.secretNotFound }
            return try described(now, version)
        }
    }

    /// The value that an id names, of one version.
    /// - Parameters:
    ///   - id: a name, an ARN, or an ARN without its last seven characters.
    ///   - stage: nil for `AWSCURRENT`, unless there is a version id.
    ///   - versionID: with a stage, the version must be in that stage.
    /// - Returns: the value and which version it is.
    /// - Throws: `secretNotFound`, in Secrets Manager's words.
    package func secretText(
        _ id: String,
        stage: String? = nil,
        versionID: String? = nil
    ) throws(SecretError) -> SecretText {
        guard let entry = try entry(id) else { throw Self.secretNotFound }
        let stage = stage ?? (versionID == nil ? SecretStage.current : nil)
        var versions = try versions(entry)
        if let versionID { versions = versions.filter { $0.id == versionID } }
        if let stage { versions = versions.filter { $0.stages.contains(stage) } }
        guard let version = versions.first, let sealed = try sealedValue(entry, version.id) else {
            let wanted = versionID.map { "VersionId: \($0)" } ?? "staging label: \(stage ?? "")"
            throw SecretError(
                .secretNotFound,
                "Secrets Manager can't find the specified secret value for \(wanted)"
            )
        }
        let value = try open(sealed, for: Self.purpose(entry, version.id), of: "secret \(entry.name)")
        return SecretText(name: entry.name, arn: entry.arn, version: version, value: value)
    }

    /// A secret without its values.
    /// - Throws: `secretNotFound`.
    package func secret(_ id: String) throws(SecretError) -> Secret {
        guard let entry = try entry(id) else { throw Self.secretNotFound }
        return try secret(entry)
    }

    /// All secrets in the order of their names.
    package func secrets() throws(SecretError) -> [Secret] {
        let entries = try run { database throws(SQLiteError) in
            try database.query("SELECT \(Self.columns) ORDER BY name") { row throws(SQLiteError) in
                try Self.entry(row)
            }
        }
        var result: [Secret] = []
        for entry in entries { result.append(try secret(entry)) }
        return result
    }

    /// Removes a secret with all its versions, at once and for good.
    /// - Returns: what it was.
    /// - Throws: `secretNotFound`.
    @discardableResult
    package func deleteSecret(_ id: String) throws(SecretError) -> Secret {
        try write { database throws(SecretError) in
            let secret = try secret(id)
            try run { database throws(SQLiteError) in
                try database.execute("DELETE FROM secrets WHERE name = ?1", [.text(secret.name)])
            }
            return secret
        }
    }

    // MARK: - Versions and stages

    private func create(_ name: String, at now: Int64) throws(SecretError) -> Entry {
        if name.hasPrefix("arn:") {
            throw SecretError(.invalid, "there is no secret \(name); a new one is made by its name, not by an ARN")
        }
        try SecretName.check(name)
        let suffix = SecretName.makeSuffix()
        let id = try run { database throws(SQLiteError) in
            try database.execute(
                "INSERT INTO secrets (name, suffix, created_at, changed_at) VALUES (?1, ?2, ?3, ?3)",
                [.text(name), .text(suffix), .integer(now)]
            )
            return database.lastInsertedRowID
        }
        return Entry(id: id, name: name, suffix: suffix, description: nil, createdAt: now, changedAt: now)
    }

    /// Takes a stage from the version that has it.
    private func attach(_ stage: String, to version: String, of entry: Entry) throws(SecretError) {
        let values: [SQLiteValue] = [.integer(entry.id), .text(stage), .text(version)]
        try run { database throws(SQLiteError) in
            let move = """
                INSERT INTO secret_stages (secret_id, stage, version_id) VALUES (?1, ?2, ?3)
                ON CONFLICT (secret_id, stage) DO UPDATE SET version_id = excluded.version_id
                """
            if stage == SecretStage.current {
                let last = try database.first(
                    "SELECT version_id FROM secret_stages WHERE secret_id = ?1 AND stage = ?2",
                    [.integer(entry.id), .text(stage)]
                ) { row throws(SQLiteError) in try row.text(0) }
                if let last, last != version {
                    try database.execute(move, [.integer(entry.id), .text(SecretStage.previous), .text(last)])
                }
            }
            try database.execute(move, values)
        }
    }

    private func removeDeprecated(_ entry: Entry) throws(SecretError) {
        try run { database throws(SQLiteError) in
            try database.execute(
                """
                DELETE FROM secret_versions WHERE rowid IN (
                    SELECT v.rowid FROM secret_versions AS v
                    WHERE v.secret_id = ?1 AND NOT EXISTS (
                        SELECT 1 FROM secret_stages AS s WHERE s.secret_id = ?1 AND s.version_id = v.version_id
                    )
                    ORDER BY v.rowid DESC LIMIT -1 OFFSET ?2
                )
                """,
                [.integer(entry.id), .integer(Self.limitDeprecated)]
            )
        }
    }

    private static func checkStages(_ stages: [String]) throws(SecretError) {
        if stages.isEmpty || stages.count > 20 { throw SecretError(.invalid, "1 to 20 stages can be given") }
        if let bad = stages.first(where: { $0.isEmpty || $0.utf8.count > 256 }) {
            throw SecretError(.invalid, "'\(bad)' cannot be a stage: it has 1 to 256 characters")
        }
    }

    // MARK: - Rows

    private static let columns = "id, name, suffix, description, created_at, changed_at FROM secrets"

    /// What Secrets Manager says where there is no such secret.
    package static var secretNotFound: SecretError {
        SecretError(.secretNotFound, "Secrets Manager can't find the specified secret.")
    }

    private func entry(_ id: String) throws(SecretError) -> Entry? {
        for candidate in SecretName.candidates(id) {
            let found = try run { database throws(SQLiteError) in
                try database.first(
                    "SELECT \(Self.columns) WHERE name = ?1 AND (?2 IS NULL OR suffix = ?2)",
                    [.text(candidate.name), SQLiteValue(candidate.suffix)]
                ) { row throws(SQLiteError) in try Self.entry(row) }
            }
            if let found { return found }
        }
        return nil
    }

    private func secret(_ entry: Entry) throws(SecretError) -> Secret {
        Secret(
            name: entry.name,
            arn: entry.arn,
            description: entry.description,
            createdAt: entry.createdAt,
            changedAt: entry.changedAt,
            versions: try versions(entry)
        )
    }

    private func described(
        _ entry: Entry,
        _ version: String
    ) throws(SecretError) -> (secret: Secret, version: Secret.Version) {
        let secret = try secret(entry)
        guard let version = secret.versions.first(where: { $0.id == version }) else { throw Self.secretNotFound }
        return (secret, version)
    }

    private func versions(_ entry: Entry) throws(SecretError) -> [Secret.Version] {
        let values: [SQLiteValue] = [.integer(entry.id)]
        return try run { database throws(SQLiteError) in
            let stages = try database.query(
                "SELECT version_id, stage FROM secret_stages WHERE secret_id = ?1 ORDER BY stage",
                values
            ) { row throws(SQLiteError) in (version: try row.text(0), stage: try row.text(1)) }
            return try database.query(
                "SELECT version_id, created_at FROM secret_versions WHERE secret_id = ?1 ORDER BY rowid",
                values
            ) { row throws(SQLiteError) in
                let id = try row.text(0)
                let own = stages.filter { $0.version == id }.map(\.stage)
                return Secret.Version(id: id, stages: own, createdAt: try row.integer(1))
            }
        }
    }

    private func sealedValue(_ entry: Entry, _ version: String) throws(SecretError) -> [UInt8]? {
        try run { database throws(SQLiteError) in
            try database.first(
                "SELECT value FROM secret_versions WHERE secret_id = ?1 AND version_id = ?2",
                [.integer(entry.id), .text(version)]
            ) { row throws(SQLiteError) in try row.blob(0) }
        }
    }

    private static func entry(_ row: borrowing Row) throws(SQLiteError) -> Entry {
        Entry(
            id: try row.integer(0),
            name: try row.text(1),
            suffix: try row.text(2),
            description: try row.optionalText(3),
            createdAt: try row.integer(4),
            changedAt: try row.integer(5)
        )
    }

    /// A name cannot hold the separator, and the suffix tells a secret from an earlier one of its name.
    private static func purpose(_ entry: Entry, _ version: String) -> String {
        "secret\n\(entry.name)\n\(entry.suffix)\n\(version)"
    }
}
