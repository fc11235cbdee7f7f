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
    let wantedBytes: Int64

    var path: String { home.reserve }
    var isThere: Bool { Folder.exists(home.reserve) }

    /// What it is, or is to be, on this file system.
    func bytes(on space: DiskSpace) -> Int64 {
        min(wantedBytes, space.totalBytes / Self.share, space.isMemory ? Self.memoryBytes : .max)
    }

    /// Makes it, where there is room for more than it.
    /// - Returns: whether it was made just now.
    func make() -> Bool {
        guard wantedBytes > 0, !isThere, let space = try? DiskSpace(of: home.path) else { return false }
        let bytes = bytes(on: space)
        guard bytes > 0, space.freeBytes >= 2 * bytes else { return false }
        let draft = "\(home.reserve).new"
        do throws(FileError) {
            let file = try Descriptor.open(draft, O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
            // Written blocks, not promised ones, where the file system cannot promise.
            let code = posix_fallocate(file.number, 0, Int(bytes))
            if code != 0 { throw FileError(code: code, function: "posix_fallocate", path: draft) }
            try FileError.check("rename", home.reserve) { unsafe rename(draft, home.reserve) }
            return true
        } catch {
            _ = unsafe unlink(draft)
            return false
        }
    }

    /// Gives it away.
    /// - Returns: whether it was there.
    @discardableResult
    func release() -> Bool {
        unsafe unlink(home.reserve) == 0
    }

    /// Gives it away when so little is free that nothing could be written; for a start on a full disk.
    func releaseIfFull() {
        guard let space = try? DiskSpace(of: home.path), space.freeBytes < Self.leastBytes else { return }
        release()
    }

    /// With less than this free the journal may not be able to commit.
    static let leastBytes: Int64 = 1 << 20
}
