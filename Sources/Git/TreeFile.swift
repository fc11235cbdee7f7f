// SPDX-License-Identifier: Apache-2.0

/// A file or a link of a commit.
package struct TreeFile: Sendable, Hashable {
    /// What it is.
    package enum Kind: Sendable, Hashable {
        case file(isExecutable: Bool)
        /// A symbolic link; the text is where it leads.
        case link(target: String)
    }

    /// Relative to the top, with `/` between its parts.
    package let path: String
    package let kind: Kind
}
