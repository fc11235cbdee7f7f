// SPDX-License-Identifier: Apache-2.0

/// A bucket as it is listed.
package struct Bucket: Sendable, Hashable {
    /// What a put does to the object that is there, in S3's words.
    package enum Versioning: String, Sendable, Hashable {
        /// It replaces it; S3 has no word for it.
        case off = "Off"
        /// It makes a further version.
        case enabled = "Enabled"
        /// It replaces the version `null`; those from before stay.
        case suspended = "Suspended"
    }

    package let name: String
    /// Milliseconds since 1970, UTC.
    package let createdAt: Int64
    package let versioning: Versioning
}
