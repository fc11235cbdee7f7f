// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Folders as wholes: made with their parents, removed with what is in them.
package enum Folder {
    /// Makes a folder and those above it; one that is there is good.
    package static func make(_ path: String, mode: UInt32 = 0o777) throws(FileError) {
        if unsafe mkdir(path, mode) == 0 { return }
        let code = errno
        if code == EEXIST, isFolder(path) { return }
        guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw FileError(code: code, function: "mkdir", path: path)
        }
        try make(String(path[..<slash]), mode: mode)
        let again = unsafe mkdir(path, mode)
        if again != 0, errno != EEXIST { throw FileError(code: errno, function: "mkdir", path: path) }
    }

    /// Makes a folder that is this user's alone, in one that others may write to.
    ///
    /// One that is there is good only if nobody else can have put anything into it.
    /// - Throws: `EEXIST` for what is not this user's own folder of mode 0700.
    package static func makeOwn(_ path: String) throws(FileError) {
        if unsafe mkdir(path, 0o700) == 0 { return }
        let code = errno
        var status = stat()
        guard code == EEXIST, unsafe lstat(path, &status) == 0,
            status.st_mode & (S_IFMT | 0o777) == S_IFDIR | 0o700, status.st_uid == geteuid()
        else { throw FileError(code: code, function: "mkdir", path: path) }
    }

    /// Whether the path names a folder, symlinks followed.
    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether anything of that name exists, symlinks followed.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Puts the names in a folder on the disk (`fsync(2)`), not what they name.
    package static func sync(_ path: String) throws(FileError) {
        try Descriptor.open(path, O_RDONLY | O_DIRECTORY).sync()
    }

    /// Removes a file or a folder with all that is in it; symlinks are removed, never followed.
    ///
    /// Missing is good.
    ///
    /// A folder without write permission is made writable first. Goes on after a failure, to leave as little as can be.
    /// - Throws: the first failure.
    package static func remove(_ path: String) throws(FileError) {
        let parent = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if parent < 0 {
            let code = errno
            if code == ENOENT { return }
            if code == EACCES, unsafe chmod(path, 0o700) == 0 { return try remove(path) }
            if unsafe unlink(path) == 0 || errno == ENOENT { return }
            throw FileError(code: errno, function: "unlink", path: path)
        }
        var removal = Removal(top: parent)
        removal.removeAll(path)
        _ = close(parent)
        var failure = removal.failure
        if unsafe rmdir(path) != 0, errno != ENOENT, failure == nil {
            failure = FileError(code: errno, function: "rmdir", path: path)
        }
        if let failure { throw failure }
    }
}
