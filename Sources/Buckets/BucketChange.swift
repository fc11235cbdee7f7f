// SPDX-License-Identifier: Apache-2.0

/// Something that happened to an object.
package struct BucketChange: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// EventBridge's `Object Created`.
        case created
        /// The object, or a version of it, was removed.
        case deleted
    }

    /// Rises from change to change, over all buckets.
    package let sequence: Int64
    package let kind: Kind
    package let bucket: String
    package let key: String
    package let versionID: String
    /// Of a created one: in quotes.
    package let etag: String?
    /// Of a created one: in bytes.
    package let size: Int64?
    /// Milliseconds since 1970, UTC.
    package let at: Int64
}
