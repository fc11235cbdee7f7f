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
    @inlinable
    package func text<Value>(_ kind: String, as parse: (String) -> Value?) throws -> Value {
        let text = try text()
        guard let result = parse(text) else { throw wrong("not \(kind): \(text)") }
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

    // Inlined, as generics that are not are put together at run time.

    /// What a type makes of it.
    @inlinable
    package func read<Value>(_ read: (JSONValue) throws -> Value) throws -> Value {
        do {
            return try read(value)
        } catch {
            throw located(error)
        }
    }

    /// What a type makes of each element of an array.
    @inlinable
    package func elements<Value>(_ read: (JSONValue) throws -> Value) throws -> [Value] {
        let elements = try array()
        var result: [Value] = []
        result.reserveCapacity(elements.count)
        do {
            for element in elements { result.append(try read(element)) }
        } catch {
            throw located(error, at: result.count)
        }
        return result
    }

    /// The elements of an array.
    @usableFromInline
    func array() throws -> [JSONValue] {
        guard case .array(let elements) = value else { throw mismatch([JSONValue].self, "an array") }
        return elements
    }

    @usableFromInline
    func wrong(_ message: String) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: [JSONKey(name: key)], debugDescription: message))
    }

    /// An error from within, with this member, and the element of it, in front of its place.
    @usableFromInline
    func located(_ error: any Error, at index: Int? = nil) -> any Error {
        guard let error = error as? DecodingError else { return error }
        return error.within([JSONKey(name: key)] + (index.map { [JSONKey(index: $0)] } ?? []))
    }

    private func mismatch(_ type: any Any.Type, _ expected: String) -> DecodingError {
        value.mismatch(type, expected).within([JSONKey(name: key)])
    }
}
