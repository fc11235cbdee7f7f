// SPDX-License-Identifier: Apache-2.0

/// The members of an object, for a `JSONRepresentable` that reads or writes them one by one.
package struct JSONMembers {
    private var values: [String: JSONValue]

    /// An object without members.
    package init() {
        // Room for most objects, which is cheaper than to grow into it.
        values = Dictionary(minimumCapacity: 8)
    }

    /// The members of what must be an object.
    /// - Throws: `DecodingError`.
    package init(_ json: JSONValue) throws {
        guard case .object(let values) = json else { throw json.mismatch([String: JSONValue].self, "an object") }
        self.values = values
    }

    /// The object that they make.
    package var json: JSONValue { .object(values) }

    // MARK: - Reading

    /// A member that must be there.
    /// - Throws: `DecodingError`.
    package func at(_ key: String) throws -> JSONMember {
        guard let value = values[key] else {
            let context = DecodingError.Context(codingPath: [], debugDescription: "there is no key `\(key)`")
            throw DecodingError.keyNotFound(JSONKey(name: key), context)
        }
        return JSONMember(key: key, value: value)
    }

    /// A member that may be absent; nil for `null`, too.
    package func find(_ key: String) -> JSONMember? {
        switch values[key] {
        case nil, .null?: nil
        case let value?: JSONMember(key: key, value: value)
        }
    }

    // MARK: - Writing

    /// Sets a member; nil leaves it out.
    package mutating func set(_ key: String, _ value: JSONValue?) {
        if let value { values[key] = value }
    }

    /// Sets a member; nil leaves it out.
    package mutating func set(_ key: String, _ text: String?) {
        if let text { values[key] = .string(text) }
    }

    /// Sets a member; nil leaves it out.
    package mutating func set(_ key: String, _ number: Int?) {
        if let number { values[key] = .number(String(number)) }
    }

    /// Sets a member; nil leaves it out.
    package mutating func set(_ key: String, _ texts: [String]?) {
        if let texts { values[key] = .array(texts.map { .string($0) }) }
    }

    /// Sets a member.
    package mutating func set(_ key: String, _ table: [String: String]) {
        values[key] = .object(table.mapValues { .string($0) })
    }

    /// Sets a member; nil leaves it out, and so does what is no finite number.
    package mutating func set(_ key: String, _ number: Double?) {
        values[key] = number.flatMap { JSONValue(number: $0) }
    }

    /// Sets a member; nil leaves it out.
    package mutating func set(_ key: String, _ flag: Bool?) {
        if let flag { values[key] = .bool(flag) }
    }
}
