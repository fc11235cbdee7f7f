// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// What the manifest says of one entry: a line of `backup.manifest`, the last entry.
struct BackupLine: Sendable, Hashable, Codable {
    var path: String
    var size: Int64
    /// Of a file the sum of its bytes, of a link that of what it holds.
    var sha256: SHA256Digest?

    static let path = "backup.manifest"

    /// The last line, which vouches for the others.
    struct Closing: Sendable, Hashable, Codable {
        var entries: Int64
        var bytes: Int64
        /// The sum of all lines before this one.
        var sha256: SHA256Digest
    }
}
