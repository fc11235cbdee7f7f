// SPDX-License-Identifier: Apache-2.0

/// How much an archive may hold, so that a small one cannot fill a disk.
package struct ZipLimits: Hashable, Sendable {
    /// The most entries.
    package var entries: Int
    /// The most bytes, all contents together.
    package var bytes: Int
    /// The most that contents may be larger than the archive, where they are over `ratioFloorBytes`.
    package var ratio: Int
    /// Contents of up to this many bytes together may be compressed as well as they like.
    package var ratioFloorBytes: Int

    package init(
        entries: Int = 2_000_000,
        bytes: Int = 256 << 30,
        ratio: Int = 200,
        ratioFloorBytes: Int = 1 << 30
    ) {
        self.entries = entries
        self.bytes = bytes
        self.ratio = ratio
        self.ratioFloorBytes = ratioFloorBytes
    }
}
