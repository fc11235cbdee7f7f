// SPDX-License-Identifier: Apache-2.0

/// One entry of `secondary-artifacts`.
package struct SecondaryArtifact: Sendable, Hashable {
    /// The identifier that the project knows it by.
    package let identifier: String
    /// What it is made of.
    package let set: ArtifactSet

    package init(identifier: String, set: ArtifactSet) {
        self.identifier = identifier
        self.set = set
    }

    /// Whether a text can be an identifier, which also names a file: letters, digits, `_` and `-`, 1 to 128 of them.
    package static func isIdentifier(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                    || byte == 95
            }
    }
}
