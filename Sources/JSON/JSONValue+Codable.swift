// SPDX-License-Identifier: Apache-2.0

/// A tree within Codable values, passed through as it is; only `JSONText` knows how.
extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? TreeDecoder else {
            let context = DecodingError.Context(
                codingPath: decoder.codingPath,
                debugDescription: "JSONText must decode it"
            )
            throw DecodingError.dataCorrupted(context)
        }
        self = decoder.value
    }

    package func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? TreeEncoder else {
            let context = EncodingError.Context(
                codingPath: encoder.codingPath,
                debugDescription: "JSONText must encode it"
            )
            throw EncodingError.invalidValue(self, context)
        }
        encoder.node.content = .single(self)
    }
}
