// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import SQLite

/// Values that are kept as JSON texts.
enum JSONColumn {
    /// The text of a value.
    static func text(_ value: some Encodable) throws(SQLiteError) -> String {
        do {
            return String(decoding: try JSONText.encode(value), as: UTF8.self)
        } catch {
            throw SQLiteError(code: 1, message: "a value has no JSON form: \(error)")
        }
    }

    /// The value of a column; `expected` says for a damaged one what should be there.
    static func read<Value: Decodable>(
        _ type: Value.Type,
        _ row: borrowing Row,
        _ column: Int,
        _ expected: String
    ) throws(SQLiteError) -> Value {
        let text = try row.text(column)
        do {
            return try JSONText.decode(type, from: Array(text.utf8))
        } catch {
            throw row.unexpected(column, expected)
        }
    }
}
