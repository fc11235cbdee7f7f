// SPDX-License-Identifier: Apache-2.0

/// All that a plan is made of.
package struct RetentionInput: Sendable, Hashable {
    /// A stored artifact that a build or an execution refers to.
    package struct Artifact: Sendable, Hashable {
        /// SHA-256 in hexadecimal digits.
        package var digest: String
        package var size: Int64
        /// Whether something else needs it, such as an object of a bucket.
        package var isHeld: Bool

        package init(digest: String, size: Int64, isHeld: Bool = false) {
            self.digest = digest
            self.size = size
            self.isHeld = isHeld
        }
    }

    /// Names of projects and pipelines.
    package var owners: [String]
    package var items: [RetentionItem]
    package var artifacts: [Artifact]
    /// How many bytes are free, and how many there are.
    package var freeBytes: Int64
    package var totalBytes: Int64
    /// What else can be removed when space is short, and is before anything else: caches.
    package var spareBytes: Int64
    /// Milliseconds since 1970.
    package var now: Int64

    package init(
        owners: [String] = [],
        items: [RetentionItem] = [],
        artifacts: [Artifact] = [],
        freeBytes: Int64 = .max,
        totalBytes: Int64 = .max,
        spareBytes: Int64 = 0,
        now: Int64
    ) {
        self.owners = owners
        self.items = items
        self.artifacts = artifacts
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
        self.spareBytes = spareBytes
        self.now = now
    }
}
