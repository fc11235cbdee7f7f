// SPDX-License-Identifier: Apache-2.0

/// What the value of an option or argument is.
package enum ValueKind: Sendable, Hashable {
    /// Any text.
    case text
    /// The path of a file.
    case file
    /// The path of a folder.
    case directory
    /// One of these words and no other.
    case choice([String])
}
