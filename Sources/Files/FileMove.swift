// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Files that change place.
package enum FileMove {
    /// Renames a file over the target, or copies and removes it where they lie on different file systems.
    ///
    /// The target is the old or the new file at any moment, never a part of it.
    package static func move(_ from: String, to target: String) throws(FileError) {
        if unsafe rename(from, target) == 0 { return }
        guard errno == EXDEV else { throw FileError(code: errno, function: "rename", path: target) }
        try copy(try Descriptor.open(from, O_RDONLY), to: target)
        _ = unsafe unlink(from)
    }

    /// Gives a complete file its name, unless there is one of that name by now, which then stays.
    ///
    /// The draft's own name stays as well; the target's is on the disk when this returns (`fsync` of the folder).
    package static func place(_ draft: String, at target: String) throws(FileError) {
        if unsafe link(draft, target) != 0 {
            let code = errno
            // Some file systems have no second names.
            let isMoved = unsafe [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(code) && rename(draft, target) == 0
            if !isMoved, code != EEXIST { throw FileError(code: code, function: "link", path: target) }
        }
        try Folder.sync(Paths.parent(target))
    }

    /// Writes what is left to read of an open file to a new file, under a temporary name first.
    package static func copy(_ input: consuming Descriptor, to target: String) throws(FileError) {
        let temporary = "\(target).\(getpid()).tmp"
        do throws(FileError) {
            let output = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
            while try FileError.check("sendfile", target, { sendfile(output.number, input.number, nil, 1 << 30) }) > 0 {
            }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        try FileError.check("rename", target) { unsafe rename(temporary, target) }
    }
}
