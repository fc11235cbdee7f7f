// SPDX-License-Identifier: Apache-2.0

/// A unit of work for one thread.
///
/// Jobs are numbered as their results stand in the archive.
enum ZipJob: Sendable {
    /// Whole entries, each small enough to be made at once.
    case entries(Range<Int>)
    /// A piece of a long one.
    case piece(LongEntry, start: Int, count: Int, LongEntry.Purpose)
    /// What went wrong when the work was parted.
    case failure(ZipError)
}
