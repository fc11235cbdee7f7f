// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Files
internal import Glibc

/// A file that only takes up space: given away when there is none, so that the journal and the clean-up have some.
struct DiskReserve: Sendable {
    /// What it is where nothing else is configured.
    static let standardBytes: Int64 = 64 << 20
    /// On a file system that is memory, where every byte of it would be missed.
    private static let memoryBytes: Int64 = 4 << 20
    /// So much of a small file system at most.
    private static let share: Int64 = 32

    let home: Home
    var wantedBytes: Int64

    var path: String { home.reserve }
    private var draft: String { "\(home.reserve).new" }

    /// How large it is now; nil where there is none.
    var presentBytes: Int64? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// What it is to be on this file system.
    private func bytes(on space: DiskSpace) -> Int64 {
        max(0, min(wantedBytes, space.totalBytes / Self.share, space.isMemory ? Self.memoryBytes : .max))
    }

    /// Makes it as large as it is to be, where there is room for more than it.
    /// - Returns: its size, when it is another now; 0: it is gone.
    func adjust() -> Int64? {
        guard let space = try? DiskSpace(of: home.path) else { return nil }
        let (present, bytes) = (presentBytes ?? 0, bytes(on: space))
        if present == bytes { return nil }
        do throws(FileError) {
            if bytes == 0 {
                release()
            } else if bytes < present {
                try FileError.check("truncate", path) { unsafe truncate(path, Int(bytes)) }
            } else {
                // Else it would be given away at once.
                guard space.freeBytes + present >= Self.leastBytes + 2 * bytes else { return nil }
                try make(bytes)
            }
            return bytes
        } catch {
            _ = unsafe unlink(draft)
            return nil
        }
    }

    private func make(_ bytes: Int64) throws(FileError) {
        let file = try Descriptor.open(draft, O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
        // Written blocks, not promised ones, where the file system cannot promise.
        try FileError.checkCode("posix_fallocate", draft, posix_fallocate(file.number, 0, Int(bytes)))
        try FileError.check("rename", path) { unsafe rename(draft, path) }
    }

    /// Gives it away, and one that a crash has left half made.
    /// - Returns: whether it was there.
    @discardableResult
    func release() -> Bool {
        let isDraftGone = unsafe unlink(draft) == 0
        return unsafe unlink(path) == 0 || isDraftGone
    }

    /// Gives it away when so little is free that nothing could be written.
    /// - Returns: whether it did.
    @discardableResult
    func releaseIfFull() -> Bool {
        guard let space = try? DiskSpace(of: home.path), space.freeBytes < Self.leastBytes else { return false }
        return release()
    }

    /// With less than this free the journal may not be able to commit.
    static let leastBytes: Int64 = 1 << 20
}
