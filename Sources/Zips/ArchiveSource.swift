// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Reads and writes by position and in full; `number` is a descriptor that the caller keeps open.
struct ArchiveSource {
    let number: Int32
    let path: String

    func size() throws(ZipError) -> Int {
        var status = stat()
        do throws(FileError) {
            try FileError.check("fstat", path) { unsafe fstat(number, &status) }
        } catch {
            throw ZipError(nil, error)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ZipError(.notAFile, path, "not a regular file") }
        return Int(status.st_size)
    }

    /// Reads `count` bytes that end at a position.
    func read(count: Int, endingAt end: Int) throws(ZipError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        var failure: ZipError?
        unsafe bytes.withUnsafeMutableBytes { buffer in
            do throws(ZipError) { got = unsafe try read(into: buffer, at: end - count) } catch { failure = error }
        }
        if let failure { throw failure }
        guard got == count else { throw ZipError(.invalidArchive, nil, "the archive is cut off") }
        return bytes
    }

    /// Reads until the buffer is full or the file ends.
    func read(into buffer: UnsafeMutableRawBufferPointer, at start: Int) throws(ZipError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            do throws(FileError) {
                let count = try FileError.check("pread", path) {
                    unsafe pread(number, rest.baseAddress, rest.count, start + done)
                }
                if count == 0 { break }
                done += count
            } catch {
                throw ZipError(nil, error)
            }
        }
        return done
    }

    /// Writes everything at a descriptor's position.
    static func write(_ bytes: UnsafeRawBufferPointer, to number: Int32, for entry: String) throws(ZipError) {
        var done = 0
        while done < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
            do throws(FileError) {
                done += try FileError.check("write") { unsafe Glibc.write(number, rest.baseAddress, rest.count) }
            } catch {
                throw ZipError(entry, error)
            }
        }
    }
}
