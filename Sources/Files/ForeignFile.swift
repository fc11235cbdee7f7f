// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Files that somebody else may have written or put in place of others: everything that a build's commands can reach.
///
/// Only a regular file is opened: a symbolic link is not followed, a pipe or device is not waited for, and no more is taken
/// than the caller has room for.
package enum ForeignFile {
    /// Opens a file, for reading unless the flags of `open(2)` say otherwise.
    ///
    /// * `mode`: the permissions of a file that `O_CREAT` makes, before the umask.
    ///
    /// - Throws: `ELOOP` for a symbolic link, `EISDIR` for a folder, `ENOTSUP` or `ENXIO` for a pipe, socket or device: all
    ///   are `isNoFile`.
    package static func open(
        _ path: String,
        _ flags: Int32 = O_RDONLY,
        mode: UInt32 = 0o666
    ) throws(FileError) -> Descriptor {
        let file = try Descriptor.open(path, flags | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, mode: mode)
        try check(file, path)
        return file
    }

    /// Opens a file for reading whose way leads through folders that may have been replaced, too.
    ///
    /// * `path`: beneath `folder`; none of its components is followed where it is a symbolic link.
    ///
    /// - Throws: as `open`; `ENOTDIR` or `ELOOP` where a folder is none.
    package static func open(_ path: String, beneath folder: String) throws(FileError) -> Descriptor {
        var names = Paths.names(path).map { Array($0.utf8) }
        guard let name = names.popLast(), !names.contains(Array("..".utf8)) else {
            throw FileError(code: EINVAL, function: "open", path: "\(folder)/\(path)")
        }
        do throws(FileError) {
            let parent = try Directory(folder).directory(beneath: names)
            let file = try parent.open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            try check(file, path)
            return file
        } catch {
            throw FileError(code: error.code, function: error.function, path: "\(folder)/\(path)")
        }
    }

    /// Reads a whole file.
    ///
    /// * `limit`: the most that is taken.
    ///
    /// - Throws: as `open`; `EFBIG` for a longer file.
    package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let file = try open(path)
        do throws(FileError) {
            return try file.readToEnd(limit: limit)
        } catch {
            throw FileError(code: error.code, function: error.function, path: path)
        }
    }

    /// Reads a part of a file; less where the file ends before.
    /// - Throws: as `open`.
    package static func read(_ path: String, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        try read(open(path), at: offset, count: count)
    }

    /// Reads the end of a file.
    ///
    /// * `limit`: how many bytes; all where there are fewer.
    ///
    /// - Throws: as `open`.
    package static func readEnd(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let file = try open(path)
        return try read(file, at: max(0, Int(file.status().st_size) - limit), count: limit)
    }

    private static func read(_ file: borrowing Descriptor, at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let begin = done
            let got = try FileError.check("pread") {
                unsafe result.withUnsafeMutableBytes { bytes in
                    unsafe pread(
                        file.number,
                        bytes.baseAddress.map { unsafe $0 + begin },
                        count - begin,
                        offset + begin
                    )
                }
            }
            if got == 0 { break }
            done += got
        }
        result.removeLast(count - done)
        return result
    }

    /// Refuses what is no regular file.
    static func check(_ file: borrowing Descriptor, _ path: String) throws(FileError) {
        switch try file.status().st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw FileError(code: EISDIR, function: "open", path: path)
        default: throw FileError(code: ENOTSUP, function: "open", path: path)
        }
    }
}
