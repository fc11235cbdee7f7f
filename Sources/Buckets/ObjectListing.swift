// SPDX-License-Identifier: Apache-2.0

/// Objects of a bucket, in the order of their keys' bytes: S3's `ListObjectsV2`.
package struct ObjectListing: Sendable, Hashable {
    package var objects: [StoredObject] = []
    /// With a delimiter: what the keys below further delimiters begin with.
    package var commonPrefixes: [String] = []
    /// What to begin after to get the rest; nil: that was all.
    package var next: String?
}
