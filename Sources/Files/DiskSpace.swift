// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Glibc

/// How full a file system is (`statvfs(3)`).
package struct DiskSpace: Sendable, Hashable {
    /// What is free for a user without privileges.
    package let freeBytes: Int64
    package let totalBytes: Int64
    /// Whether it is memory (tmpfs).
    package let isMemory: Bool

    /// Looks at the file system that a path is on.
    package init(of path: String) throws(FileError) {
        var status = statvfs()
        try FileError.check("statvfs", path) { unsafe statvfs(path, &status) }
        let unit = Int64(status.f_frsize > 0 ? status.f_frsize : status.f_bsize)
        freeBytes = Int64(clamping: status.f_bavail) * unit
        totalBytes = Int64(clamping: status.f_blocks) * unit
        isMemory = unsafe nacre_is_memory(path)
    }
}
