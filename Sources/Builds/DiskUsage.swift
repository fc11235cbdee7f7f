// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// How much of the disk a folder takes.
enum DiskUsage {
    /// The blocks of all files beneath a folder; what cannot be looked at counts nothing.
    static func bytes(of path: String) -> Int64 {
        guard let directory = try? Directory(path) else { return 0 }
        return bytes(of: directory)
    }

    private static func bytes(of directory: borrowing Directory) -> Int64 {
        var sum: Int64 = 0
        for entry in (try? directory.entries()) ?? [] {
            if let status = try? directory.status(of: entry.name) { sum += Int64(status.st_blocks) * 512 }
            if entry.kind == .directory, let child = try? directory.directory(entry.name) { sum += bytes(of: child) }
        }
        return sum
    }
}
