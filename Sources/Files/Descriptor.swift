// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Glibc

/// An open file descriptor with one owner; closed when the owner lets go of it.
package struct Descriptor: ~Copyable, Sendable {
    /// The bare number; valid only as long as this value lives.
    package let number: Int32

    /// Takes over a descriptor that the caller has opened and will not close.
    package init(owning number: Int32) {
        self.number = number
    }

    deinit {
        _ = close(number)
    }

    /// Opens a file; close-on-exec always.
    ///
    /// * `flags`: as for `open(2)`.
    /// * `mode`: the permissions of a file that `O_CREAT` makes, before the umask.
    package static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0o666) throws(FileError) -> Descriptor {
        let number = unsafe nacre_open(path, flags, mode)
        return Descriptor(owning: try FileError.checkNegated("open", path, number))
    }

    /// Makes a pipe; both ends close-on-exec, and both the caller's to own (a tuple cannot hold descriptors with an owner).
    package static func pipe() throws(FileError) -> (reading: Int32, writing: Int32) {
        var ends: (Int32, Int32) = (-1, -1)
        let code = unsafe withUnsafeMutablePointer(to: &ends) { pointer in
            unsafe pointer.withMemoryRebound(to: Int32.self, capacity: 2) { unsafe nacre_pipe($0) }
        }
        try FileError.checkCode("pipe2", nil, code)
        return (reading: ends.0, writing: ends.1)
    }

    /// Gives up ownership: the caller must close the number that it gets.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    /// A second descriptor for the same open file; close-on-exec.
    package func duplicate() throws(FileError) -> Descriptor {
        Descriptor(owning: try FileError.check("dup", nil) { fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }

    /// Reads up to `buffer.count` bytes.
    /// - Returns: how many; 0 at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        try FileError.check("read") { unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Writes every byte, however many calls it takes.
    package func writeAll(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var sent = 0
        while sent < bytes.count {
            let start = sent
            sent += try FileError.check("write") {
                unsafe Glibc.write(number, bytes.baseAddress.map { unsafe $0 + start }, bytes.count - start)
            }
        }
    }

    /// Writes every byte of an array.
    package func writeAll(_ bytes: [UInt8]) throws(FileError) {
        let result: Result<Void, FileError> = unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileError) {
                return .success(try unsafe writeAll(buffer))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Writes a text as UTF-8.
    package func writeAll(_ text: String) throws(FileError) {
        try writeAll(Array(text.utf8))
    }

    /// Reads from the present position to the end.
    ///
    /// * `limit`: the most that is taken; a longer file is an error with `EFBIG`.
    package func readToEnd(limit: Int = .max) throws(FileError) -> [UInt8] {
        var result: [UInt8] = []
        // Most files are small, and every page of room that is touched costs a program that has just started.
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try FileError.check("read") {
                unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
            }
            if count == 0 { return result }
            if result.count + count > limit { throw FileError(code: EFBIG, function: "read") }
            result.append(contentsOf: chunk[..<count])
            if count == 4096 { chunk = [UInt8](repeating: 0, count: 65_536) }
        }
    }

    /// Puts the file's bytes and length on the disk (`fsync(2)`).
    package func sync() throws(FileError) {
        try FileError.check("fsync") { fsync(number) }
    }

    /// The file's size, kind, times.
    package func status() throws(FileError) -> stat {
        var result = stat()
        try FileError.check("fstat") { unsafe fstat(number, &result) }
        return result
    }
}
