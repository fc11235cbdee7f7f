// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Pipes, sockets and devices where git has files: whoever opens one may wait for ever, and libgit2 opens whatever is there.
extension GitRepository {
    /// What is read of any repository before anything else.
    private static let commonFiles = ["HEAD", "config", "packed-refs", "objects/info/alternates"]

    static func refuseSpecialFiles(in repository: String) throws(GitError) {
        for name in commonFiles { try refuseSpecialFile("\(repository)/\(name)") }
    }

    /// What is not there, or is a directory, is libgit2's affair.
    static func refuseSpecialFile(_ path: String) throws(GitError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return }
        throw GitError(
            .failed,
            operation: "stat",
            message: "is a pipe, a socket or a device where git has a file; remove it",
            path: path
        )
    }

    /// As above for a directory and all below it, as far as it can be read.
    static func refuseSpecialFiles(below directory: String) throws(GitError) {
        guard let top = try? Directory(directory) else { return }
        var open: [[[UInt8]]] = [[]]
        while let parts = open.popLast() {
            guard let entries = try? top.directory(beneath: parts).entries() else { continue }
            for entry in entries {
                switch entry.kind {
                case .file: break
                case .directory: open.append(parts + [entry.name])
                case .symbolicLink, .special:
                    let path = (parts + [entry.name]).map { String(decoding: $0, as: UTF8.self) }
                    try refuseSpecialFile("\(directory)/\(path.joined(separator: "/"))")
                }
            }
        }
    }
}
