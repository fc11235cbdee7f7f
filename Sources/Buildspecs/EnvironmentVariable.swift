// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// One name and value of an `env` block.
package struct EnvironmentVariable: Sendable, Hashable {
    /// The name: a letter or `_`, then letters, digits and `_`.
    package let name: String
    /// The value's source text, never expanded, without NUL characters; for `parameter-store` the parameter's name.
    package let value: String
    /// Where the name is.
    package let location: SourceLocation

    package init(name: String, value: String, location: SourceLocation) {
        self.name = name
        self.value = value
        self.location = location
    }

    /// Whether a shell can have a variable of this name.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
