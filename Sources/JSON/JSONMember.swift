// SPDX-License-Identifier: Apache-2.0

/// A member of an object that is being read; all of it throws `DecodingError`, which names the key.
package struct JSONMember {
    let key: String
    package let value: JSONValue

    /// A text.
    package func text() throws -> String {
        guard case .string(let text) = value else { throw mismatch(String.self, "a string") }
        return text
    }

    /// A text that stands for something; `kind` says what, such as `a time`.
    package func text<Value>(_ kind: String, as parse: (String) -> Value?) throws -> Value {
        let text = try text()
        guard let result = parse(text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: [JSONKey(name: key)], debugDescription: "not \(kind): \(text)")
            )
        }
        return result
    }

    /// A whole number.
    package func integer() throws -> Int {
        guard case .number(let text) = value else { throw mismatch(Int.self, "a number") }
        guard let number = Int(jsonNumber: text) else { throw mismatch(Int.self, "a whole number of 64 bits") }
        return number
    }

    /// A number.
    package func number() throws -> Double {
        guard case .number(let text) = value, let number = Double(text), number.isFinite else {
            throw mismatch(Double.self, "a number")
        }
        return number
    }

    /// A boolean.
    package func flag() throws -> Bool {
        guard case .bool(let flag) = value else { throw mismatch(Bool.self, "a boolean") }
        return flag
    }

    /// An array of texts.
    package func texts() throws -> [String] {
        try elements { element in
            guard case .string(let text) = element else { throw element.mismatch(String.self, "a string") }
            return text
        }
    }

    /// Texts by name.
    package func table() throws -> [String: String] {
        guard case .object(let members) = value else { throw mismatch([String: JSONValue].self, "an object") }
        var result: [String: String] = [:]
        result.reserveCapacity(members.count)
        for (name, value) in members { result[name] = try JSONMember(key: name, value: value).text() }
        return result
    }

    /// What a type makes of it.
    package func read<Value>(_ read: (JSONValue) throws -> Value) throws -> Value {
        do {
            return try read(value)
        } catch let error as DecodingError {
            throw error.within([JSONKey(name: key)])
        }
    }

    /// What a type makes of each element of an array.
    package func elements<Value>(_ read: (JSONValue) throws -> Value) throws -> [Value] {
        guard case .array(let elements) = value else { throw mismatch([JSONValue].self, "an array") }
        var index = 0
        do {
            var result: [Value] = []
            result.reserveCapacity(elements.count)
            while index < elements.count {
                result.append(try read(elements[index]))
                index += 1
            }
            return result
        } catch let error as DecodingError {
            throw error.within([JSONKey(name: key), JSONKey(index: index)])
        }
    }

    private func mismatch(_ type: any Any.Type, _ expected: String) -> DecodingError {
        value.mismatch(type, expected).within([JSONKey(name: key)])
    }
}
