// SPDX-License-Identifier: Apache-2.0

/// The full name of a ref, compared as git does: byte by byte.
///
/// Swift's own `==` on texts also equates different encodings of the same letter, which are two branches to git.
package struct RefName: Sendable, Hashable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Such as `refs/heads/main`.
    package let text: String

    package var description: String { text }

    package init(_ text: String) {
        self.text = text
    }

    package init(stringLiteral text: String) {
        self.text = text
    }

    package static func == (left: RefName, right: RefName) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package static func < (left: RefName, right: RefName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
