// SPDX-License-Identifier: Apache-2.0

/// A secret that cannot be hidden in the log, and why.
package struct RefusedSecret: Hashable, Sendable, CustomStringConvertible {
    /// Why a value is not looked for.
    package enum Reason: Hashable, Sendable {
        /// It has fewer than `SecretMask.shortestValue` bytes: the log would be stars all over.
        case tooShort(characters: Int)
        /// It is one of `SecretMask.commonValues`.
        case common
        /// It has more than `SecretMask.longestValue` bytes, which no environment variable can hold.
        case tooLong(bytes: Int)
    }

    /// The variable's name.
    package let name: String
    /// Why.
    package let reason: Reason

    /// One sentence for the log, without the value: `PASSWORD is too short (2 characters) to be hidden in the log`.
    package var description: String {
        switch reason {
        case .tooShort(let characters):
            "\(name) is too short (\(characters) \(characters == 1 ? "character" : "characters")) to be hidden in the log"
        case .common: "\(name) is too common a word to be hidden in the log"
        case .tooLong(let bytes): "\(name) is too long (\(bytes) bytes) to be hidden in the log"
        }
    }
}
