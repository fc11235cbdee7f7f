// SPDX-License-Identifier: Apache-2.0

/// A JSON value.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// As it is written, so that no digit is lost.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// What it is, for a message.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// Nil for what is no finite number, which has no JSON form.
    init?(number: some BinaryFloatingPoint & CustomStringConvertible) {
        guard number.isFinite else { return nil }
        let text = number.description
        self = .number(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }

    /// That it is not what it should be.
    func mismatch(_ type: any Any.Type, _ expected: String) -> DecodingError {
        let context = DecodingError.Context(codingPath: [], debugDescription: "\(expected) is expected, not \(kind)")
        return self == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}
