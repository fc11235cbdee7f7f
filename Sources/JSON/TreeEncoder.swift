// SPDX-License-Identifier: Apache-2.0

/// Encodes one value into a node.
///
/// The containers of objects and arrays need one method each: it is the witness for every type that the protocols name, and
/// leaves it to the value itself to come back to the container of single values.
struct TreeEncoder: Encoder {
    let node: EncodedNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .nothing = node.content { node.content = .members([:]) }
        return KeyedEncodingContainer(Members<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .nothing = node.content { node.content = .elements([]) }
        return Elements(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        Single(node: node, codingPath: codingPath)
    }
}

extension TreeEncoder {
    private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let node: EncodedNode
        let codingPath: [any CodingKey]

        private func member(_ key: some CodingKey) -> TreeEncoder {
            TreeEncoder(node: node.insert(key.stringValue), codingPath: codingPath + [key])
        }

        func encodeNil(forKey key: Key) {
            member(key).node.content = .single(.null)
        }

        func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
            try value.encode(to: member(key))
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            member(key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            member(key).unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            TreeEncoder(node: node.insert("super"), codingPath: codingPath)
        }

        func superEncoder(forKey key: Key) -> any Encoder {
            member(key)
        }
    }

    private struct Elements: UnkeyedEncodingContainer {
        let node: EncodedNode
        let codingPath: [any CodingKey]

        var count: Int {
            if case .elements(let nodes) = node.content { nodes.count } else { 0 }
        }

        private func element() -> TreeEncoder {
            let key = JSONKey(index: count)
            return TreeEncoder(node: node.append(), codingPath: codingPath + [key])
        }

        func encodeNil() {
            element().node.content = .single(.null)
        }

        func encode<Value: Encodable>(_ value: Value) throws {
            try value.encode(to: element())
        }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            element().container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            element().unkeyedContainer()
        }

        func superEncoder() -> any Encoder {
            element()
        }
    }

    private struct Single: SingleValueEncodingContainer {
        let node: EncodedNode
        let codingPath: [any CodingKey]

        func encodeNil() { node.content = .single(.null) }
        func encode(_ value: Bool) { node.content = .single(.bool(value)) }
        func encode(_ value: String) { node.content = .single(.string(value)) }
        func encode(_ value: Double) throws { try put(value) }
        func encode(_ value: Float) throws { try put(value) }
        func encode(_ value: Int) { put(value) }
        func encode(_ value: Int8) { put(value) }
        func encode(_ value: Int16) { put(value) }
        func encode(_ value: Int32) { put(value) }
        func encode(_ value: Int64) { put(value) }
        func encode(_ value: UInt) { put(value) }
        func encode(_ value: UInt8) { put(value) }
        func encode(_ value: UInt16) { put(value) }
        func encode(_ value: UInt32) { put(value) }
        func encode(_ value: UInt64) { put(value) }

        func encode<Value: Encodable>(_ value: Value) throws {
            try value.encode(to: TreeEncoder(node: node, codingPath: codingPath))
        }

        private func put(_ value: some BinaryInteger) {
            node.content = .single(.number(value.description))
        }

        private func put(_ value: some BinaryFloatingPoint & CustomStringConvertible) throws {
            guard let number = JSONValue(number: value) else {
                let context = EncodingError.Context(
                    codingPath: codingPath,
                    debugDescription: "\(value) has no JSON form"
                )
                throw EncodingError.invalidValue(value, context)
            }
            node.content = .single(number)
        }
    }
}
