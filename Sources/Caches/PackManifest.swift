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

    /// The last millisecond of the year 9999.
    private static let latest = 253_402_300_799_999

    /// Whether its numbers can be those of any pack: a build can write what it likes into a cache.
    var isPossible: Bool {
        (0...Self.latest).contains(savedAt) && (0...indexEnd).contains(indexOffset)
            && (0...indexEnd).contains(fileCount) && (0...indexOffset).contains(contentBytes)
    }
}
