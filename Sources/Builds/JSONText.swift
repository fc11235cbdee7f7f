// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// JSON of Codable values: keys sorted, slashes left as they are, times as RFC 3339.
package enum JSONText {
    /// Encodes a value.
    ///
    /// * `isPretty`: whether it is for people.
    package static func encode(_ value: some Encodable, isPretty: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Decodes a value.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
