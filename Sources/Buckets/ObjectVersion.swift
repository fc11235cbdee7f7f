// SPDX-License-Identifier: Apache-2.0

package import Digests

/// One version of an object, or a delete marker.
package struct ObjectVersion: Sendable, Hashable {
    package let bucket: String
    package let key: String
    /// 32 characters; `null` for one that was put while the bucket had no versions.
    package let versionID: String
    /// Whether it is what a read without a version gets.
    package let isLatest: Bool
    /// Milliseconds since 1970, UTC.
    package let modifiedAt: Int64
    /// Nil: a delete marker, which says that there is no object any more.
    package let content: Content?

    /// What a version that is no delete marker has.
    package struct Content: Sendable, Hashable {
        /// In bytes.
        package let size: Int64
        /// MD5 of the bytes, in quotes, as S3 has it.
        package let etag: String
        package let digest: SHA256Digest
        /// Such as `application/zip`.
        package let contentType: String
        /// What S3 sends as `x-amz-meta-…`, with keys in small letters.
        package let metadata: [String: String]
    }

    package var isDeleteMarker: Bool { content == nil }
}
