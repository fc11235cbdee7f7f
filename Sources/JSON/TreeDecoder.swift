// SPDX-License-Identifier: Apache-2.0

/// Decodes one value.
///
/// As in `TreeEncoder`, only the container of single values knows the types by name.
struct TreeDecoder: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch([String: JSONValue].self, "an object") }
        return KeyedDecodingContainer(Members<Key>(members: members, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch([JSONValue].self, "an array") }
        return Elements(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        Single(decoder: self)
    }

    private func mismatch(_ type: any Any.Type, _ expected: String) -> DecodingError {
        value.mismatch(type, expected).within(codingPath)
    }
}

extension TreeDecoder {
    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let members: [String: JSONValue]
        let codingPath: [any CodingKey]

        var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }

        private func member(_ key: some CodingKey) throws -> TreeDecoder {
            guard let value = members[key.stringValue] else {
                let message = "there is no key `\(key.stringValue)`"
                throw DecodingError.keyNotFound(
                    key,
                    DecodingError.Context(codingPath: codingPath, debugDescription: message)
                )
            }
            return TreeDecoder(value: value, codingPath: codingPath + [key])
        }

        func contains(_ key: Key) -> Bool {
            members[key.stringValue] != nil
        }

        func decodeNil(forKey key: Key) throws -> Bool {
            try member(key).value == .null
        }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try Value(from: member(key))
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> {
            try member(key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try member(key).unkeyedContainer()
        }

        func superDecoder() throws -> any Decoder {
            TreeDecoder(value: members["super"] ?? .null, codingPath: codingPath)
        }

        func superDecoder(forKey key: Key) throws -> any Decoder {
            try member(key)
        }
    }

    private struct Elements: UnkeyedDecodingContainer {
        let elements: [JSONValue]
        let codingPath: [any CodingKey]
        var currentIndex = 0

        init(elements: [JSONValue], codingPath: [any CodingKey]) {
            self.elements = elements
            self.codingPath = codingPath
        }

        var count: Int? { elements.count }
        var isAtEnd: Bool { currentIndex >= elements.count }

        private mutating func element() throws -> TreeDecoder {
            let path = codingPath + [JSONKey(index: currentIndex)]
            guard !isAtEnd else {
                let context = DecodingError.Context(
                    codingPath: path,
                    debugDescription: "the array has no more elements"
                )
                throw DecodingError.valueNotFound(JSONValue.self, context)
            }
            defer { currentIndex += 1 }
            return TreeDecoder(value: elements[currentIndex], codingPath: path)
        }

        mutating func decodeNil() throws -> Bool {
            guard !isAtEnd, elements[currentIndex] == .null else { return false }
            currentIndex += 1
            return true
        }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try Value(from: element())
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) throws -> KeyedDecodingContainer<Nested> {
            try element().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            try element().unkeyedContainer()
        }

        mutating func superDecoder() throws -> any Decoder {
            try element()
        }
    }

    private struct Single: SingleValueDecodingContainer {
        let decoder: TreeDecoder
        var codingPath: [any CodingKey] { decoder.codingPath }

        func decodeNil() -> Bool { decoder.value == .null }

        func decode(_ type: Bool.Type) throws -> Bool {
            guard case .bool(let flag) = decoder.value else { throw decoder.mismatch(type, "a boolean") }
            return flag
        }

        func decode(_ type: String.Type) throws -> String {
            guard case .string(let text) = decoder.value else { throw decoder.mismatch(type, "a string") }
            return text
        }

        func decode(_ type: Double.Type) throws -> Double { try floating(type) }
        func decode(_ type: Float.Type) throws -> Float { try floating(type) }
        func decode(_ type: Int.Type) throws -> Int { try integer(type) }
        func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
        func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
        func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
        func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
        func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
        func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
        func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
        func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
        func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try Value(from: decoder)
        }

        private func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
            guard case .number(let text) = decoder.value else { throw decoder.mismatch(type, "a number") }
            guard let value = Value(jsonNumber: text) else {
                throw decoder.mismatch(type, "a whole number of \(Value.bitWidth) bits")
            }
            return value
        }

        private func floating<Value: BinaryFloatingPoint & LosslessStringConvertible>(
            _ type: Value.Type
        ) throws -> Value {
            guard case .number(let text) = decoder.value, let value = Value(text), value.isFinite else {
                throw decoder.mismatch(type, "a number")
            }
            return value
        }
    }
}
