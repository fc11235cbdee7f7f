// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// A name in a directory.
struct DirectoryEntry {
    /// What it is, itself: links are not followed.
    enum Kind {
        case file
        case link
        case directory
        /// A socket, a pipe or a device.
        case other
    }

    /// Any bytes but NUL and `/`.
    let name: [UInt8]
    let kind: Kind

    /// Reads a directory without `.` and `..`, in no particular order.
    static func list(_ path: [UInt8]) throws(FileError) -> [DirectoryEntry] {
        let terminated = path.map { CChar(bitPattern: $0) } + [0]
        guard let stream = unsafe opendir(terminated) else {
            throw FileError(code: errno, function: "opendir", path: String(decoding: path, as: UTF8.self))
        }
        defer { unsafe closedir(stream) }
        var result: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno == 0 { return result }
                throw FileError(code: errno, function: "readdir", path: String(decoding: path, as: UTF8.self))
            }
            // The name is longer than the field says on some file systems: read it where it lies, not in a copy.
            let name = unsafe UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name) ?? 19)
                .assumingMemoryBound(to: CChar.self)
            let bytes = unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
            if bytes == [UInt8(ascii: ".")] || bytes == Array("..".utf8) { continue }
            result.append(DirectoryEntry(name: bytes, kind: unsafe kind(entry.pointee.d_type, path, bytes)))
        }
    }

    /// Translates the kind that the directory tells; asks the file where it tells none, as some file systems do.
    private static func kind(_ type: UInt8, _ path: [UInt8], _ name: [UInt8]) -> Kind {
        switch Int(type) {
        case Int(DT_REG): return .file
        case Int(DT_LNK): return .link
        case Int(DT_DIR): return .directory
        case Int(DT_UNKNOWN):
            let full = (path + [UInt8(ascii: "/")] + name).map { CChar(bitPattern: $0) } + [0]
            var status = stat()
            guard unsafe lstat(full, &status) == 0 else { return .other }
            switch status.st_mode & S_IFMT {
            case S_IFREG: return .file
            case S_IFLNK: return .link
            case S_IFDIR: return .directory
            default: return .other
            }
        default: return .other
        }
    }
}
