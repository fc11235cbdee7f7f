// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Glibc

/// An open directory.
///
/// Everything is reached relative to it, and no name that is a symbolic link is ever followed, so what is reached lies
/// beneath it whatever others rename meanwhile.
package struct Directory: ~Copyable, Sendable {
    let descriptor: Descriptor

    /// How many folders deep a walk goes that keeps all of them open.
    ///
    /// A thread's stack and the open files of a process allow as many, and paths that programs can use end before.
    /// `DeepWalk` has no limit.
    package static let depthLimit = 500

    /// Opens a directory by path; links in the path are followed.
    package init(_ path: String) throws(FileError) {
        descriptor = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
    }

    private init(owning descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Opens a directory directly in this one.
    /// - Throws: `ENOTDIR` or `ELOOP` for a file or a symbolic link.
    package func directory(_ name: [UInt8]) throws(FileError) -> Directory {
        Directory(owning: try open(name, O_RDONLY | O_DIRECTORY))
    }

    /// Opens a directory directly in this one, after making it where it is missing.
    /// - Throws: `ENOTDIR` or `ELOOP` where the name is taken by a file or a symbolic link.
    package func makeDirectory(_ name: [UInt8], mode: UInt32 = 0o777) throws(FileError) -> Directory {
        let code = unsafe Self.withCString(name) { unsafe mkdirat(descriptor.number, $0, mode) == 0 ? 0 : errno }
        if code != 0 && code != EEXIST { throw Self.failure(code, "mkdirat", name) }
        return try directory(name)
    }

    /// Opens the directory at a relative path of several components; an empty path is this directory.
    /// - Throws: `ENOTDIR` or `ELOOP` where a component is a file or a symbolic link.
    package func directory(beneath path: some Sequence<[UInt8]>) throws(FileError) -> Directory {
        var result = try directory(Array(".".utf8))
        for component in path { result = try result.directory(component) }
        return result
    }

    /// Opens a name directly in this directory, with the flags of `open(2)`; close-on-exec, never through a symbolic link.
    ///
    /// `mode` are the permissions of a file that `O_CREAT` makes, before the umask.
    package func open(_ name: [UInt8], _ flags: Int32, mode: UInt32 = 0o666) throws(FileError) -> Descriptor {
        let number = unsafe Self.withCString(name) {
            unsafe nacre_openat(descriptor.number, $0, flags | O_NOFOLLOW, mode)
        }
        if number < 0 { throw Self.failure(-number, "openat", name) }
        return Descriptor(owning: number)
    }

    /// Gives a name to another user and group; a link itself, not what it leads to.
    package func changeOwner(of name: [UInt8], user: UInt32, group: UInt32) throws(FileError) {
        let code = unsafe Self.withCString(name) {
            unsafe fchownat(descriptor.number, $0, user, group, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
        }
        if code != 0 { throw Self.failure(code, "fchownat", name) }
    }

    /// Makes a symbolic link; the name must be free.
    package func makeSymbolicLink(_ name: [UInt8], to target: [UInt8]) throws(FileError) {
        let code = unsafe Self.withCString(target) { target in
            unsafe Self.withCString(name) { unsafe symlinkat(target, descriptor.number, $0) == 0 ? 0 : errno }
        }
        if code != 0 { throw Self.failure(code, "symlinkat", name) }
    }

    /// Size, kind and times of a name; those of the link itself where it is one.
    package func status(of name: [UInt8]) throws(FileError) -> stat {
        var result = stat()
        let code = unsafe Self.withCString(name) {
            unsafe fstatat(descriptor.number, $0, &result, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
        }
        if code != 0 { throw Self.failure(code, "fstatat", name) }
        return result
    }

    /// What a name names; links are not followed.
    package func kind(of name: [UInt8]) throws(FileError) -> DirectoryEntry.Kind {
        switch try status(of: name).st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        case S_IFLNK: .symbolicLink
        default: .special
        }
    }

    /// The bytes that a symbolic link holds.
    package func target(ofSymbolicLink name: [UInt8]) throws(FileError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe Self.withCString(name) { name in
            unsafe buffer.withUnsafeMutableBufferPointer { buffer -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return unsafe readlinkat(descriptor.number, name, start, buffer.count)
            }
        }
        if count < 0 { throw Self.failure(errno, "readlinkat", name) }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    /// Everything in this directory but `.` and `..`, in the file system's order.
    package func entries() throws(FileError) -> [DirectoryEntry] {
        // A descriptor of its own: listing moves the position of the open file.
        let number = try open([UInt8(ascii: ".")], O_RDONLY | O_DIRECTORY).release()
        guard let stream = unsafe fdopendir(number) else {
            let code = errno
            close(number)
            throw FileError(code: code, function: "fdopendir")
        }
        defer { unsafe closedir(stream) }
        var result: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                if errno != 0 { throw FileError(code: errno, function: "readdir") }
                return result
            }
            // The name is read in place: the imported type says 256 bytes, the kernel's record may be shorter.
            let name = unsafe Self.name(of: UnsafeRawPointer(entry))
            if name == [46] || name == [46, 46] { continue }
            let kind: DirectoryEntry.Kind
            switch unsafe Int32(entry.pointee.d_type) {
            case 8: kind = .file
            case 4: kind = .directory
            case 10: kind = .symbolicLink
            case 0:
                // DT_UNKNOWN: some file systems leave the kind to stat. A name gone since it was listed is left out.
                do throws(FileError) { kind = try self.kind(of: name) } catch {
                    if error.code == ENOENT { continue }
                    throw error
                }
            default: kind = .special
            }
            result.append(DirectoryEntry(name: name, kind: kind))
        }
    }

    private static func name(of entry: UnsafeRawPointer) -> [UInt8] {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
        let start = unsafe entry + offset
        let count = unsafe strlen(start.assumingMemoryBound(to: CChar.self))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    static func withCString<Value>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Value) -> Value {
        unsafe withUnsafeTemporaryAllocation(byteCount: bytes.count + 1, alignment: 1) { buffer in
            unsafe buffer.copyBytes(from: bytes)
            unsafe buffer[bytes.count] = 0
            guard let start = unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress else {
                preconditionFailure("a terminated name has at least one byte")
            }
            return unsafe body(start)
        }
    }

    static func failure(_ code: Int32, _ function: String, _ name: [UInt8]) -> FileError {
        FileError(code: code, function: function, path: String(decoding: name, as: UTF8.self))
    }
}
