// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// An entry's content, opened for reading: its size and mode are those of what was opened, not of a name.
struct OpenSource: ~Copyable, Sendable {
    private let path: String
    /// Keeps the file open; `number` is its descriptor, nil for bytes in memory.
    private let descriptor: Descriptor?
    private let number: Int32?
    private let bytes: [UInt8]
    /// The content's size when it was opened.
    let size: Int
    /// The Unix mode that the entry gets, file type included.
    let mode: UInt32
    private let modified: timespec

    /// Opens an entry's content, which `SourceFolders.size` has been asked about.
    /// - Throws: `notAFile`, `sourceChanged` (it is not there), `system`.
    init(_ input: ZipInput, in folders: inout SourceFolders) throws(ZipError) {
        path = input.path
        switch input.source {
        case .bytes(let bytes):
            self.bytes = bytes
            descriptor = nil
            number = nil
            size = bytes.count
            mode = Self.mode(isExecutable: input.isExecutable ?? false)
            modified = timespec()
        case .symbolicLink(let target):
            bytes = Array(target.utf8)
            descriptor = nil
            number = nil
            size = bytes.count
            mode = S_IFLNK | 0o777
            modified = timespec()
        case .file(let root, let relative):
            let (opened, status) = try folders.open(root: root, path: relative, entry: input.path)
            bytes = []
            descriptor = .some(Descriptor(owning: opened))
            number = opened
            size = Int(status.st_size)
            mode = Self.mode(isExecutable: input.isExecutable ?? (status.st_mode & S_IXUSR != 0))
            modified = status.st_mtim
        }
    }

    private static func mode(isExecutable: Bool) -> UInt32 {
        S_IFREG | (isExecutable ? 0o755 : 0o644)
    }

    /// Gives a part of the content to `body`, read into `buffer` or where it lies.
    /// - Throws: `sourceChanged` when it is not all there any more.
    func withBytes<Value>(
        start: Int,
        count: Int,
        buffer: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Value
    ) throws(ZipError) -> Value {
        guard number != nil else {
            return unsafe bytes.withUnsafeBytes {
                unsafe body(UnsafeRawBufferPointer(rebasing: $0[start..<(start + count)]))
            }
        }
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        if unsafe try read(into: target, at: start) < count { throw changed("it became shorter while it was read") }
        return unsafe body(UnsafeRawBufferPointer(target))
    }

    /// A part of the content, in memory of its own.
    /// - Throws: `sourceChanged` when it is not all there any more.
    func bytes(start: Int, count: Int) throws(ZipError) -> [UInt8] {
        guard number != nil else { return Array(bytes[start..<(start + count)]) }
        var failure: ZipError?
        let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            do throws(ZipError) {
                done = unsafe try read(
                    into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count])),
                    at: start
                )
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        if result.count < count { throw changed("it became shorter while it was read") }
        return result
    }

    /// Reads until the buffer is full or the content ends.
    private func read(into buffer: UnsafeMutableRawBufferPointer, at start: Int) throws(ZipError) -> Int {
        guard let number else { return 0 }
        var done = 0
        while done < buffer.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            do throws(FileError) {
                let count = try FileError.check("pread", nil) {
                    unsafe pread(number, rest.baseAddress, rest.count, start + done)
                }
                if count == 0 { break }
                done += count
            } catch {
                throw ZipError(path, error)
            }
        }
        return done
    }

    /// Checks, when everything has been read, that nothing was written meanwhile.
    /// - Throws: `sourceChanged`.
    func checkUnchanged() throws(ZipError) {
        guard let number else { return }
        var status = stat()
        do throws(FileError) {
            try FileError.check("fstat") { unsafe fstat(number, &status) }
        } catch {
            throw ZipError(path, error)
        }
        let isSame =
            status.st_size == size && status.st_mtim.tv_sec == modified.tv_sec
            && status.st_mtim.tv_nsec == modified.tv_nsec
        if !isSame { throw changed("it changed while it was read") }
    }

    func changed(_ message: String) -> ZipError {
        ZipError(.sourceChanged, path, message)
    }
}
