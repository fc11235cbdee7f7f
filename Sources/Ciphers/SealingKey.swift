// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// A key with which bytes are made unreadable and unchangeable: AES-256-GCM.
///
/// Each sealing takes a nonce of its own by chance; NIST SP 800-38D allows 2³² of them for one key.
package struct SealingKey: Sendable, Hashable {
    /// How many bytes a key has.
    package static let byteCount = 32
    private static let nonceCount = 12
    private static let tagCount = 16
    /// The first byte of what is sealed: the form, of which there is one.
    private static let form: UInt8 = 1

    let bytes: [UInt8]

    /// Takes the bytes of a key; nil for any other count than 32.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    private init(random: Void) {
        bytes = Self.randomBytes(Self.byteCount)
    }

    /// A key that nobody else has, from the kernel's random numbers.
    package static func random() -> SealingKey {
        SealingKey(random: ())
    }

    /// Seals bytes.
    /// - Parameters:
    ///   - plain: what is to be kept secret; may be empty.
    ///   - purpose: what it is for; not in the result, and must be given again for opening, so that the bytes of one purpose
    ///     cannot be put in the place of another's.
    /// - Returns: the form (1 byte), the nonce (12), the enciphered bytes, the tag (16).
    /// - Throws: `fault` when there is no memory.
    package func seal(_ plain: [UInt8], for purpose: String) throws(CipherError) -> [UInt8] {
        let nonce = Self.randomBytes(Self.nonceCount)
        var tag = [UInt8](repeating: 0, count: Self.tagCount)
        let context = try CipherContext()
        try context.begin(isSealing: true, key: bytes, nonce: nonce)
        try context.authenticate([Self.form] + purpose.utf8)
        let enciphered = try context.update(plain)
        guard context.finish() else { throw CipherContext.failure }
        try context.readTag(into: &tag)
        return [Self.form] + nonce + enciphered + tag
    }

    /// Opens what was sealed with this key for the same purpose.
    /// - Throws: `notAuthentic` where it was not, or has been altered.
    package func open(_ sealed: [UInt8], for purpose: String) throws(CipherError) -> [UInt8] {
        guard sealed.count >= 1 + Self.nonceCount + Self.tagCount, sealed[0] == Self.form else {
            throw Self.notAuthentic
        }
        let content = sealed.dropFirst(1 + Self.nonceCount).dropLast(Self.tagCount)
        let context = try CipherContext()
        try context.begin(isSealing: false, key: bytes, nonce: Array(sealed[1...Self.nonceCount]))
        try context.authenticate([Self.form] + purpose.utf8)
        let plain = try context.update(Array(content))
        try context.expectTag(Array(sealed.suffix(Self.tagCount)))
        guard context.finish() else { throw Self.notAuthentic }
        return plain
    }

    private static var notAuthentic: CipherError {
        CipherError(.notAuthentic, "the sealed bytes have been altered, or are another key's or for another purpose")
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        // The system's generator reads getrandom(2) each time.
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
    }
}

extension SealingKey: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the key itself.
    package var description: String { "a key" }
    package var debugDescription: String { description }
}
