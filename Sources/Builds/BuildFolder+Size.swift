// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

extension BuildFolder {
    /// How much of the disk is taken by what stays when a build is over: all but its workspace.
    package var keptBytes: Int64 {
        let workspaceName = "workspace"
        guard let directory = try? Directory(path) else { return 0 }
        var sum: Int64 = 0
        for entry in (try? directory.entries()) ?? [] where entry.name != Array(workspaceName.utf8) {
            if let status = try? directory.status(of: entry.name) { sum += Int64(status.st_blocks) * 512 }
            if entry.kind == .directory {
                sum += DiskUsage.bytes(of: "\(path)/\(String(decoding: entry.name, as: UTF8.self))")
            }
        }
        return sum
    }
}
