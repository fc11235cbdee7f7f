// SPDX-License-Identifier: Apache-2.0

internal import Files

/// A unit of work for one thread. Jobs are numbered as their results stand in the archive.
enum ZipJob: Sendable {
    /// Whole entries, each small enough to be made at once.
    case entries(Range<Int>)
    /// A piece of a long one.
    case piece(LongEntry, start: Int, count: Int, LongEntry.Purpose)
    /// What went wrong when the work was parted.
    case failure(ZipError)
}

/// An entry that is longer than what is compressed at once.
final class LongEntry: Sendable {
    /// What is to be done with a piece.
    enum Purpose: Sendable {
        /// Only sum it: a stored entry names its sum before its data.
        case sum
        case store
        case deflate
    }

    let entry: Int
    let source: OpenSource
    let method: ZipMethod

    init(entry: Int, source: consuming OpenSource, method: ZipMethod) {
        self.entry = entry
        self.source = source
        self.method = method
    }
}

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
