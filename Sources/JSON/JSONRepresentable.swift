// SPDX-License-Identifier: Apache-2.0

/// An object that reads and writes its members itself.
///
/// What the compiler makes of `Codable` is put together at run time, by generics and a search for conformances at the
/// first use of each type, which costs a program that has just started a millisecond or two, and every later use several
/// times what the work is. So the types that each build and each push reads and writes are of this kind. They remain
/// `Codable` in the same form, as parts of other values.
package protocol JSONRepresentable: Codable {
    /// Reads the value.
    /// - Throws: `DecodingError`.
    init(json: JSONValue) throws

    /// Writes the members, in the order of their keys.
    func write(to writer: inout JSONWriter)
}

extension JSONRepresentable {
    package init(from decoder: any Decoder) throws {
        let value = try JSONValue(from: decoder)
        do {
            try self.init(json: value)
        } catch let error as DecodingError {
            throw error.within(decoder.codingPath)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        try JSONText.parse(JSONText.encode(self)).encode(to: encoder)
    }
}
