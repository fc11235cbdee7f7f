// SPDX-License-Identifier: Apache-2.0

/// What a pack says about itself; it stands at the end of the file.
struct PackManifest: Codable, Hashable, Sendable {
    /// The layout of the file; another number is not read.
    static let currentFormat = 1

    var format = currentFormat
    /// Nil for the project's one cache without a key.
    var key: String?
    /// `CachePath.version` of the paths.
    var version: String
    /// Milliseconds since 1970.
    var savedAt: Int
    /// Files and symbolic links.
    var fileCount: Int
    /// The bytes of all files.
    var contentBytes: Int
    /// Where the table of contents begins.
    var indexOffset: Int
    /// Where it ends.
    var indexEnd: Int
    /// `PackChecksum` of everything up to `indexEnd`.
    var checksum: String
}
