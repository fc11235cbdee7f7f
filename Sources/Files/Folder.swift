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

    /// Whether the path names a folder, symlinks followed.
    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether anything of that name exists, symlinks followed.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
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
        var failure: FileError?
        removeContents(Descriptor(owning: parent), path, &failure)
        if unsafe rmdir(path) != 0, errno != ENOENT, failure == nil {
            failure = FileError(code: errno, function: "rmdir", path: path)
        }
        if let failure { throw failure }
    }

    private static func removeContents(_ folder: consuming Descriptor, _ path: String, _ failure: inout FileError?) {
        let number = folder.release()
        guard let stream = unsafe fdopendir(number) else {
            _ = close(number)
            failure = failure ?? FileError(code: errno, function: "fdopendir", path: path)
            return
        }
        defer { _ = unsafe closedir(stream) }
        _ = fchmod(number, 0o700)
        while let entry = unsafe readdir(stream) {
            // The name is used as bytes, not as text: a file's name need not be UTF-8.
            unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    let isDot = unsafe name[0] == 46 && (name[1] == 0 || (name[1] == 46 && name[2] == 0))
                    if isDot { return }
                    if unsafe Int32(entry.pointee.d_type) != Int32(DT_DIR), unsafe unlinkat(number, name, 0) == 0 {
                        return
                    }
                    let child = unsafe openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                    let inner = unsafe "\(path)/\(String(cString: name))"
                    if child >= 0 {
                        removeContents(Descriptor(owning: child), inner, &failure)
                    } else if errno == EACCES, unsafe fchmodat(number, name, 0o700, 0) == 0 {
                        let again = unsafe openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                        if again >= 0 { removeContents(Descriptor(owning: again), inner, &failure) }
                    }
                    if unsafe unlinkat(number, name, AT_REMOVEDIR) != 0, errno != ENOENT, failure == nil {
                        failure = FileError(code: errno, function: "unlinkat", path: inner)
                    }
                }
            }
        }
    }
}
