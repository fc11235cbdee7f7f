// SPDX-License-Identifier: Apache-2.0

package import Glibc

// What changes in a directory beside new files; names that are symbolic links are themselves meant, never followed.
extension Directory {
    /// Removes a file or symbolic link directly in this directory (`unlinkat(2)`).
    /// - Throws: `ENOENT` where there is nothing, `EISDIR` for a directory.
    package func unlink(_ name: [UInt8]) throws(FileError) {
        let code = unsafe Self.withCString(name) { unsafe unlinkat(descriptor.number, $0, 0) == 0 ? 0 : errno }
        if code != 0 { throw Self.failure(code, "unlinkat", name) }
    }

    /// Gives a file directly in this directory another name in it, over what has that name (`renameat(2)`).
    package func rename(_ name: [UInt8], to other: [UInt8]) throws(FileError) {
        let code = unsafe Self.withCString(name) { name in
            unsafe Self.withCString(other) {
                unsafe renameat(descriptor.number, name, descriptor.number, $0) == 0 ? 0 : errno
            }
        }
        if code != 0 { throw Self.failure(code, "renameat", other) }
    }

    /// Makes a directory directly in this one (`mkdirat(2)`).
    /// - Returns: false where the name is taken, by whatever it is.
    package func makeNewDirectory(_ name: [UInt8], mode: UInt32 = 0o777) throws(FileError) -> Bool {
        let code = unsafe Self.withCString(name) { unsafe mkdirat(descriptor.number, $0, mode) == 0 ? 0 : errno }
        if code == EEXIST { return false }
        if code != 0 { throw Self.failure(code, "mkdirat", name) }
        return true
    }

    /// Sets when a symbolic link, or anything else, was last changed and read (`utimensat(2)`).
    package func setModificationTime(of name: [UInt8], _ time: timespec) throws(FileError) {
        let times = [time, time]
        let code = unsafe Self.withCString(name) {
            unsafe utimensat(descriptor.number, $0, times, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
        }
        if code != 0 { throw Self.failure(code, "utimensat", name) }
    }

    /// Sets this directory's own permissions (`fchmod(2)`).
    package func setMode(_ mode: UInt32) throws(FileError) {
        try descriptor.setMode(mode)
    }

    /// Sets when this directory was last changed and read (`futimens(2)`).
    package func setModificationTime(_ time: timespec) throws(FileError) {
        try descriptor.setModificationTime(time)
    }

    /// Kind, permissions and times of this directory itself.
    package func status() throws(FileError) -> stat {
        try descriptor.status()
    }
}
