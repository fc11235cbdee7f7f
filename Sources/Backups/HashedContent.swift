// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// The bytes of an entry, summed as they are read.
final class HashedContent {
    private let tar: TarReader
    private var hasher = SHA256Hasher()

    init(_ tar: TarReader) {
        self.tar = tar
    }

    /// Hands over all bytes, piece by piece.
    func read(_ receive: (ArraySlice<UInt8>) throws(BackupError) -> Void) throws(BackupError) {
        try tar.content { piece throws(BackupError) in
            let span = piece.span
            unsafe hasher.update(span.bytes)
            try receive(piece)
        }
    }

    /// The sum of all bytes, those that nobody has asked for included.
    func digest() throws(BackupError) -> SHA256Digest {
        try read { _ throws(BackupError) in }
        return hasher.digest()
    }
}
