// SPDX-License-Identifier: Apache-2.0

/// What a job came to.
struct ZipPiece: Sendable {
    /// What goes into the archive.
    var bytes: [UInt8] = []
    /// The entries that begin in `bytes`.
    var records: [ZipRecord] = []
    /// Set for a piece of a long entry.
    var part: Part?

    /// A piece of a long entry.
    struct Part: Sendable {
        let long: LongEntry
        let purpose: LongEntry.Purpose
        let start: Int
        let count: Int
        let checksum: UInt32

        var isFirst: Bool { start == 0 }
        var isLast: Bool { start + count == long.source.size }
    }
}
