// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// The values inside a secret whose text is a JSON object.
enum SecretMember {
    /// The value of a key: a string as it is, anything else as compact JSON with sorted keys, `null` too.
    ///
    /// * `name`: the secret's, for messages, which never quote its text.
    static func value(of key: String, in text: String, of name: String) throws(SecretError) -> String {
        guard let tree = try? JSONText.parse(Array(text.utf8)), case .object(let members) = tree else {
            throw SecretError(.invalid, "the secret \(name) is not a JSON object, so it has no key `\(key)`")
        }
        guard let value = members[key] else {
            throw SecretError(.missingKey, "the secret \(name) has no key `\(key)`")
        }
        if case .string(let text) = value { return text }
        return String(decoding: JSONText.bytes(of: value), as: UTF8.self)
    }
}

extension SecretText {
    /// The value of a key of a JSON secret: a string as it is, anything else as JSON.
    /// - Throws: `invalid` where the text is no JSON object, `missingKey` where it has no such key.
    package func member(_ key: String) throws(SecretError) -> String {
        try SecretMember.value(of: key, in: value, of: name)
    }
}
