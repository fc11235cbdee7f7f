// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// One enciphering or deciphering with libcrypto's `EVP_CIPHER_CTX`; freed, and its key wiped, with this object.
///
/// The pointer is valid from `init` to `deinit` and never leaves this object.
@safe final class CipherContext {
    private let context: OpaquePointer

    /// What is said when libcrypto fails, for which there is no other reason than memory.
    static let failure = CipherError(.fault, "libcrypto failed: there is not enough memory")

    init() throws(CipherError) {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw Self.failure }
        unsafe self.context = context
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)
    }

    /// Sets AES-256-GCM, the key (32 bytes) and the nonce (12 bytes, GCM's default).
    func begin(isSealing: Bool, key: [UInt8], nonce: [UInt8]) throws(CipherError) {
        try check(unsafe EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, isSealing ? 1 : 0))
    }

    /// Adds bytes that are authenticated and not part of the result.
    func authenticate(_ bytes: [UInt8]) throws(CipherError) {
        var count: Int32 = 0
        try check(unsafe EVP_CipherUpdate(context, nil, &count, bytes, Int32(bytes.count)))
    }

    /// Puts all bytes through the cipher; as many come out.
    func update(_ bytes: [UInt8]) throws(CipherError) -> [UInt8] {
        if bytes.isEmpty { return [] }
        var result = [UInt8](repeating: 0, count: bytes.count)
        var count: Int32 = 0
        try check(unsafe EVP_CipherUpdate(context, &result, &count, bytes, Int32(bytes.count)))
        return result
    }

    /// Ends it; when deciphering, false says that the tag is not right.
    func finish() -> Bool {
        // GCM has no last block; the buffer is for the interface's sake.
        var rest = [UInt8](repeating: 0, count: Int(EVP_MAX_BLOCK_LENGTH))
        var count: Int32 = 0
        return unsafe EVP_CipherFinal_ex(context, &rest, &count) == 1
    }

    /// Takes the tag of what was enciphered.
    func readTag(into tag: inout [UInt8]) throws(CipherError) {
        let count = Int32(tag.count)
        try check(unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, count, &tag))
    }

    /// Says what the tag must be.
    func expectTag(_ tag: [UInt8]) throws(CipherError) {
        var tag = tag
        let count = Int32(tag.count)
        try check(unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, count, &tag))
    }

    private func check(_ code: Int32) throws(CipherError) {
        if code != 1 { throw Self.failure }
    }
}
