// SPDX-License-Identifier: Apache-2.0

/// An artifact of an execution: a file in the store of artifacts.
package struct ArtifactReference: Sendable, Hashable, Codable {
    /// The name that the pipeline gives it.
    package var name: String
    /// SHA-256 of the file, 64 hexadecimal digits.
    package var digest: String
    /// Of the file, in bytes.
    package var size: Int64
    /// AWS's object key, `PIPELINE/ARTIFACT/RANDOM`; made once, never derived again.
    package var key: String

    package init(name: String, digest: String, size: Int64, key: String) {
        self.name = name
        self.digest = digest
        self.size = size
        self.key = key
    }
}
