// SPDX-License-Identifier: Apache-2.0

/// JSON of Codable values: keys sorted, slashes left as they are.
///
/// A coder of our own: the one of Foundation makes a program's start three milliseconds longer and its file twice as
/// large, and a build's supervisor is such a program.
package enum JSONText {
    /// Encodes a value.
    /// - Parameters:
    ///   - value: what is encoded.
    ///   - isPretty: whether it is for people.
    /// - Returns: UTF-8, without a line break at the end.
    /// - Throws: `EncodingError` for a number that is not finite, and what the value itself throws.
    package static func encode(_ value: some Encodable, isPretty: Bool = false) throws -> [UInt8] {
        let node = EncodedNode()
        try value.encode(to: TreeEncoder(node: node, codingPath: []))
        return bytes(of: node.value, isPretty: isPretty)
    }

    /// Encodes a value that makes its JSON itself.
    /// - Returns: UTF-8, without a line break at the end.
    package static func encode(_ value: some JSONRepresentable, isPretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(isPretty: isPretty)
        writer.write(value)
        return writer.bytes
    }

    /// Encodes values that make their JSON themselves, as an array.
    /// - Returns: UTF-8, without a line break at the end.
    package static func encode(_ values: [some JSONRepresentable]) -> [UInt8] {
        var writer = JSONWriter(isPretty: false)
        writer.write(values)
        return writer.bytes
    }

    /// Decodes a value.
    /// - Throws: `DecodingError` for bytes that are not JSON or not of this type, and what the type itself throws.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let value = try JSONParser.parse(bytes)
        return try Value(from: TreeDecoder(value: value, codingPath: []))
    }

    /// Decodes a value that reads its JSON itself.
    /// - Throws: `DecodingError` for bytes that are not JSON or not of this type.
    package static func decode<Value: JSONRepresentable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try Value(json: JSONParser.parse(bytes))
    }

    /// Decodes an array of values that read their JSON themselves.
    /// - Throws: `DecodingError` for bytes that are not JSON or not of this type.
    package static func decode<Value: JSONRepresentable>(_ type: [Value].Type, from bytes: [UInt8]) throws -> [Value] {
        let value = try JSONParser.parse(bytes)
        guard case .array(let elements) = value else { throw value.mismatch(type, "an array") }
        return try elements.map { try Value(json: $0) }
    }

    /// Reads a text of any shape.
    /// - Throws: `DecodingError` for bytes that are not JSON; it names the offset.
    package static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        try JSONParser.parse(bytes)
    }

    /// Adds an object to a text, its members in the order given: the cheap way for a hundred thousand of them.
    package static func append(_ members: KeyValuePairs<String, JSONValue>, to text: inout [UInt8]) {
        var taken: [UInt8] = []
        swap(&taken, &text)
        var writer = JSONWriter(after: consume taken)
        writer.write(members)
        text = writer.bytes
    }

    /// Writes a value.
    /// - Returns: UTF-8, without a line break at the end.
    package static func bytes(of tree: JSONValue, isPretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(isPretty: isPretty)
        writer.write(tree)
        return writer.bytes
    }
}
