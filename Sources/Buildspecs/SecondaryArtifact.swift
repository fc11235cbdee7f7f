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
}
