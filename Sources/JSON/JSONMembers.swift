// SPDX-License-Identifier: Apache-2.0

/// The members of an object, for a `JSONRepresentable` that reads them one by one.
package struct JSONMembers {
    private let values: [String: JSONValue]

    /// The members of what must be an object.
    /// - Throws: `DecodingError`.
    package init(_ json: JSONValue) throws {
        guard case .object(let values) = json else { throw json.mismatch([String: JSONValue].self, "an object") }
        self.values = values
    }

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
}
