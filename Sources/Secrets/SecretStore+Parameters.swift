// SPDX-License-Identifier: Apache-2.0

internal import SQLite

extension SecretStore {
    /// SSM's limit for parameters of the advanced tier, in bytes.
    private static let limitBytes = 8192
    /// SSM keeps that many versions; the oldest goes.
    private static let limitVersions: Int64 = 100
    private static let columns = """
        p.name, v.type, v.version, v.description, v.size, v.modified_at, v.modified_by, v.value \
        FROM parameters AS p JOIN parameter_versions AS v ON v.parameter_id = p.id
        """

    /// Puts a value: the first version of a new parameter, or a further version of one that is there.
    /// - Parameters:
    ///   - name: the parameter's name or ARN, without a version.
    ///   - value: 1 to 8192 bytes.
    ///   - type: nil: as before; `String` for a new one.
    ///   - description: nil: as before.
    ///   - user: who does it.
    ///   - now: milliseconds since 1970, UTC.
    /// - Returns: the new version.
    /// - Throws: `invalid` for a name or value that SSM does not take.
    @discardableResult
    package func putParameter(
        _ name: String,
        value: String,
        type: ParameterType? = nil,
        description: String? = nil,
        by user: String,
        at now: Int64
    ) throws(SecretError) -> ParameterVersion {
        try ParameterName.check(name)
        let size = value.utf8.count
        guard (1...Self.limitBytes).contains(size) else {
            throw SecretError(
                .invalid,
                "the value of \(name) has \(size) bytes; a parameter's has 1 to \(Self.limitBytes)"
            )
        }
        return try write { database throws(SecretError) in
            let last = try parameter(named: name, version: nil)?.facts
            let facts = ParameterVersion(
                name: name,
                type: type ?? last?.type ?? .string,
                version: (last?.version ?? 0) + 1,
                description: description ?? last?.description,
                sizeBytes: Int64(size),
                modifiedAt: now,
                modifiedBy: user
            )
            let sealed = try seal(value, for: Self.purpose(name, facts.version))
            try run { database throws(SQLiteError) in
                try database.execute(
                    "INSERT INTO parameters (name) VALUES (?1) ON CONFLICT (name) DO NOTHING",
                    [.text(name)]
                )
                try database.execute(
                    """
                    INSERT INTO parameter_versions
                    SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM parameters WHERE name = ?1
                    """,
                    [
                        .text(name), .integer(facts.version), .text(facts.type.rawValue),
                        SQLiteValue(facts.description), .integer(facts.sizeBytes), .integer(now), .text(user),
                        .blob(sealed),
                    ]
                )
                try database.execute(
                    """
                    DELETE FROM parameter_versions
                    WHERE parameter_id = (SELECT id FROM parameters WHERE name = ?1) AND version <= ?2
                    """,
                    [.text(name), .integer(facts.version - Self.limitVersions)]
                )
            }
            return facts
        }
    }

    /// The parameter that a reference names: `NAME`, `NAME:VERSION`, or either with the ARN of any account.
    /// - Throws: `parameterNotFound`, `parameterVersionNotFound`.
    package func parameter(_ reference: String) throws(SecretError) -> Parameter {
        guard let request = ParameterName.request(reference) else {
            throw SecretError(
                .parameterVersionNotFound,
                "'\(reference)': after the colon a version's number is expected; labels are not kept"
            )
        }
        for name in request.names {
            if let found = try parameter(named: name, version: request.version) { return found }
            if let version = request.version, let newest = try parameter(named: name, version: nil) {
                throw SecretError(
                    .parameterVersionNotFound,
                    "parameter \(name) has no version \(version); the newest is \(newest.facts.version)"
                )
            }
        }
        throw SecretError(.parameterNotFound, "parameter does not exist: \(reference)")
    }

    /// The newest version of each parameter whose name begins with a text, in the order of their names.
    package func parameters(prefix: String = "") throws(SecretError) -> [ParameterVersion] {
        try run { database throws(SQLiteError) in
            try database.query(
                """
                SELECT \(Self.columns)
                WHERE substr(p.name, 1, length(?1)) = ?1
                AND v.version = (SELECT max(version) FROM parameter_versions WHERE parameter_id = p.id)
                ORDER BY p.name
                """,
                [.text(prefix)]
            ) { row throws(SQLiteError) in try Self.facts(row) }
        }
    }

    /// All versions of a parameter that are kept, the oldest first.
    /// - Throws: `parameterNotFound`.
    package func parameterHistory(_ name: String) throws(SecretError) -> [Parameter] {
        let names = ParameterName.request(name)?.names ?? [name]
        for name in names {
            let rows = try run { database throws(SQLiteError) in
                try database.query("SELECT \(Self.columns) WHERE p.name = ?1 ORDER BY v.version", [.text(name)]) {
                    row throws(SQLiteError) in (facts: try Self.facts(row), sealed: try row.blob(7))
                }
            }
            if rows.isEmpty { continue }
            var result: [Parameter] = []
            for row in rows { result.append(try opened(row.facts, row.sealed)) }
            return result
        }
        throw SecretError(.parameterNotFound, "parameter does not exist: \(name)")
    }

    /// Removes a parameter with all its versions.
    /// - Throws: `parameterNotFound`.
    package func deleteParameter(_ name: String) throws(SecretError) {
        let request = ParameterName.request(name)
        if request?.version != nil { throw SecretError(.invalid, "a version cannot be deleted by itself") }
        for name in request?.names ?? [name] {
            let count = try run { database throws(SQLiteError) in
                try database.execute("DELETE FROM parameters WHERE name = ?1", [.text(name)])
            }
            if count > 0 { return }
        }
        throw SecretError(.parameterNotFound, "parameter does not exist: \(name)")
    }

    // MARK: - Rows

    /// One version; nil where there is none.
    private func parameter(named name: String, version: Int64?) throws(SecretError) -> Parameter? {
        let row = try run { database throws(SQLiteError) in
            try database.first(
                "SELECT \(Self.columns) WHERE p.name = ?1 AND (?2 IS NULL OR v.version = ?2) ORDER BY v.version DESC",
                [.text(name), SQLiteValue(version)]
            ) { row throws(SQLiteError) in (facts: try Self.facts(row), sealed: try row.blob(7)) }
        }
        guard let row else { return nil }
        return try opened(row.facts, row.sealed)
    }

    private func opened(_ facts: ParameterVersion, _ sealed: [UInt8]) throws(SecretError) -> Parameter {
        let value = try open(sealed, for: Self.purpose(facts.name, facts.version), of: "parameter \(facts.name)")
        return Parameter(facts: facts, value: value)
    }

    private static func facts(_ row: borrowing Row) throws(SQLiteError) -> ParameterVersion {
        guard let type = ParameterType(rawValue: try row.text(1)) else {
            throw row.unexpected(1, "a parameter's type")
        }
        return ParameterVersion(
            name: try row.text(0),
            type: type,
            version: try row.integer(2),
            description: try row.optionalText(3),
            sizeBytes: try row.integer(4),
            modifiedAt: try row.integer(5),
            modifiedBy: try row.text(6)
        )
    }

    /// Neither part can hold the separator.
    private static func purpose(_ name: String, _ version: Int64) -> String { "parameter\n\(name)\n\(version)" }
}
