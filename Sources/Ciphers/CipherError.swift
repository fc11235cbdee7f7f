// SPDX-License-Identifier: Apache-2.0

/// Why something could not be sealed or opened, or a key not be had.
package struct CipherError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart.
    package enum Code: String, Sendable, Hashable {
        /// The bytes are not what was sealed with this key for this purpose: altered, moved, or of another key.
        case notAuthentic
        /// There is no key file.
        case missingKey
        /// The key file cannot be trusted or is no key: its mode, owner, kind or size.
        case badKey
        /// The key file cannot be read or written.
        case inaccessible
        /// libcrypto failed: out of memory.
        case fault
    }

    /// What kind of failure it is.
    package let code: Code
    /// One sentence for a person.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
