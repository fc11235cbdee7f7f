// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// How much of the disk a folder takes.
enum DiskUsage {
    /// The blocks of all files beneath a folder; what cannot be looked at counts nothing.
    ///
    /// * `excluded`: a name directly in the folder that does not count.
    static func bytes(of path: String, except excluded: String? = nil) -> Int64 {
        let omitted = excluded.map { Array($0.utf8) }
        var sum: Int64 = 0
        try? DeepWalk.visit(path) { folder, entry, depth in
            if depth == 0, entry.name == omitted { return false }
            if let status = try? folder.status(of: entry.name) { sum += Int64(status.st_blocks) * 512 }
            return true
        }
        return sum
    }
}
