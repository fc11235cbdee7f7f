// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Glibc

/// Copies chosen files of one folder into another.
package struct TreeCopy {
    private let source: String
    private let destination: String
    private var made: Set<Substring> = []
    private var canClone = true

    /// - Parameters:
    ///   - source: the folder that the paths are relative to.
    ///   - destination: a folder that exists.
    package init(from source: String, to destination: String) {
        self.source = source
        self.destination = destination
    }

    /// Copies one file or symlink, with its permission bits; folders above it are made.
    ///
    /// By reflink where the file system can, else in the kernel.
    /// - Returns: false when it is neither a file nor a symlink, or has vanished; nothing is made then.
    package mutating func copy(_ path: String) throws(FileError) -> Bool {
        let from = "\(source)/\(path)"
        let to = "\(destination)/\(path)"
        var status = stat()
        if unsafe lstat(from, &status) != 0 {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return false }
            throw FileError(code: code, function: "lstat", path: from)
        }
        switch status.st_mode & S_IFMT {
        case S_IFLNK:
            try makeParents(of: path)
            try copyLink(from, to, size: Int(status.st_size))
            return true
        case S_IFREG:
            try makeParents(of: path)
            try copyFile(from, to, mode: status.st_mode & 0o777, size: Int(status.st_size))
            return true
        default:
            return false
        }
    }

    private mutating func makeParents(of path: String) throws(FileError) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let parent = path[..<slash]
        if made.contains(parent) { return }
        try Folder.make("\(destination)/\(parent)")
        made.insert(parent)
    }

    private func copyLink(_ from: String, _ to: String, size: Int) throws(FileError) {
        var target = [UInt8](repeating: 0, count: max(size, 255) + 1)
        let count = try FileError.check("readlink", from) {
            unsafe target.withUnsafeMutableBytes { buffer -> Int in
                guard let text = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress else { return -1 }
                return unsafe readlink(from, text, buffer.count - 1)
            }
        }
        target[Int(count)] = 0
        try FileError.check("symlink", to) {
            unsafe target.withUnsafeBytes { buffer -> Int32 in
                // The array is never empty, so it has an address.
                guard let text = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress else { return -1 }
                return unsafe symlink(text, to)
            }
        }
    }

    private mutating func copyFile(_ from: String, _ to: String, mode: UInt32, size: Int) throws(FileError) {
        let input = try Descriptor.open(from, O_RDONLY | O_NOFOLLOW)
        let output = try Descriptor.open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode | 0o200)
        // The umask may have taken an execute bit, and a read-only file must be one here too.
        try FileError.check("fchmod", to) { fchmod(output.number, mode) }
        if canClone, size > 0 {
            if nacre_clone_file(input.number, output.number) == 0 { return }
            canClone = false
        }
        while true {
            let count = sendfile(output.number, input.number, nil, 1 << 30)
            if count == 0 { return }
            if count < 0, errno != EINTR { throw FileError(code: errno, function: "sendfile", path: from) }
        }
    }
}
