// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Files that are there whole or not at all.
package enum AtomicFile {
    /// Writes beside the target and renames over it.
    ///
    /// Whatever has the name beside the target gives way, as in a folder that a build writes to it may be a link or a pipe.
    ///
    /// * `isDurable`: whether the bytes and the name are on the disk when this returns (`fsync` of the file and of its folder).
    /// * `mode`: the permissions, before the umask.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        mode: UInt32 = 0o666,
        isDurable: Bool = false
    ) throws(FileError) {
        try write(to: path, mode: mode, isDurable: isDurable) { file throws(FileError) in try file.writeAll(bytes) }
    }

    /// The same for what is made while it is written.
    ///
    /// * `content`: writes all of it.
    package static func write(
        to path: String,
        mode: UInt32 = 0o666,
        isDurable: Bool = false,
        _ content: (borrowing Descriptor) throws(FileError) -> Void
    ) throws(FileError) {
        let temporary = "\(path).\(getpid()).tmp"
        do throws(FileError) {
            let file = try create(temporary, mode: mode)
            try content(file)
            if isDurable { try file.sync() }
            try FileError.check("rename", path) { unsafe rename(temporary, path) }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        if isDurable { try Folder.sync(Paths.parent(path)) }
    }

    private static func create(_ path: String, mode: UInt32) throws(FileError) -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        do throws(FileError) {
            return try Descriptor.open(path, flags, mode: mode)
        } catch  where error.code == EEXIST {
            try Folder.remove(path)
            return try Descriptor.open(path, flags, mode: mode)
        }
    }

    /// Reads a whole file that no build can have written; see `ForeignFile` for the others.
    ///
    /// * `limit`: the most that is taken; a longer file is an error with `EFBIG`.
    package static func read(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY)
        do throws(FileError) {
            return try file.readToEnd(limit: limit)
        } catch {
            throw FileError(code: error.code, function: error.function, path: path)
        }
    }
}
