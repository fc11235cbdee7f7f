// SPDX-License-Identifier: Apache-2.0

/// What a build that is over leaves on the disk.
package struct KeptFiles: Sendable, Hashable {
    /// A file of the artifact store.
    package struct Artifact: Sendable, Hashable {
        /// SHA-256, 64 hexadecimal digits.
        package var digest: String
        package var size: Int64

        package init(digest: String, size: Int64) {
            self.digest = digest
            self.size = size
        }
    }

    /// Of its folder, without the workspace.
    package var bytes: Int64
    package var artifacts: [Artifact]
    /// When all of it was in its place: milliseconds since 1970.
    package var at: Int64

    package init(bytes: Int64, artifacts: [Artifact], at: Int64) {
        self.bytes = bytes
        self.artifacts = artifacts
        self.at = at
    }
}
