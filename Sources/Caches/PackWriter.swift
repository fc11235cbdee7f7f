// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc
internal import JSON
internal import Zips

/// Writes a pack: the contents of files one after another, then the table of contents, then the manifest.
///
/// One file for the whole entry, as making 20,000 files costs about as much as reading them, and one file can be published
/// and replaced by one rename. It is not compressed: what is cached mostly is already, and a restore has to be fast.
struct PackWriter: ~Copyable {
    /// Files from this size on start at a block of the disk, so that file systems can share the blocks.
    static let alignedBytes = 64 << 10
    static let blockBytes = 4096
    static let bufferBytes = 1 << 20

    /// The bytes of all files so far.
    private(set) var contentBytes = 0
    private let file: Descriptor
    private let limitBytes: Int
    private var buffer: [UInt8] = []
    /// Where the buffer's first byte belongs.
    private var flushed = 0

    private var position: Int { flushed + buffer.count }

    /// - Parameters:
    ///   - file: open for reading and writing, empty.
    ///   - limitBytes: more than this makes adding a file fail with `tooLarge`.
    init(_ file: consuming Descriptor, limitBytes: Int) {
        self.file = file
        self.limitBytes = limitBytes
        buffer.reserveCapacity(Self.bufferBytes)
        buffer += PackReader.startMark
    }

    /// Adds a file's content from its start, at most as much as it had when it was opened.
    /// - Returns: where it is in the pack, and how long.
    mutating func add(_ input: borrowing Descriptor, size: Int) throws(CacheError) -> (offset: Int, size: Int) {
        if contentBytes + size > limitBytes { throw CacheError(.tooLarge, "it is too large") }
        let added = size < Self.alignedBytes ? try addSmall(input, size) : try addLarge(input, size)
        contentBytes += added.size
        return added
    }

    private mutating func addSmall(
        _ input: borrowing Descriptor,
        _ size: Int
    ) throws(CacheError) -> (offset: Int, size: Int) {
        if buffer.count + size > Self.bufferBytes { try flush() }
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: size))
        var done = 0
        while done < size {
            let at = start + done
            let count = try CacheError.system { () throws(FileError) in
                try FileError.check("read") {
                    unsafe buffer.withUnsafeMutableBytes { bytes in
                        unsafe read(input.number, bytes.baseAddress.map { unsafe $0 + at }, size - (at - start))
                    }
                }
            }
            if count == 0 { break }
            done += count
        }
        buffer.removeLast(size - done)
        return (flushed + start, done)
    }

    private mutating func addLarge(
        _ input: borrowing Descriptor,
        _ size: Int
    ) throws(CacheError) -> (offset: Int, size: Int) {
        try flush()
        let offset = (flushed + Self.blockBytes - 1) / Self.blockBytes * Self.blockBytes
        let (output, from) = (file.number, input.number)
        try CacheError.system { () throws(FileError) in try FileError.check("lseek") { lseek(output, offset, SEEK_SET) }
        }
        var done = 0
        while done < size {
            let count = nacre_copy_range(from, Int64(done), output, Int64(size - done))
            if count > 0 {
                done += Int(count)
            } else if count == 0 {
                break
            } else if -count != EINTR {
                // Other file systems than one and the same: through memory.
                done += try copy(input, from: done, count: size - done)
                break
            }
        }
        flushed = offset + done
        return (offset, done)
    }

    private func copy(_ input: borrowing Descriptor, from start: Int, count: Int) throws(CacheError) -> Int {
        var chunk = [UInt8](repeating: 0, count: Self.bufferBytes)
        var done = 0
        let number = input.number
        while done < count {
            let wanted = min(chunk.count, count - done)
            let offset = start + done
            let got = try CacheError.system { () throws(FileError) in
                try FileError.check("pread") {
                    unsafe chunk.withUnsafeMutableBytes { unsafe pread(number, $0.baseAddress, wanted, offset) }
                }
            }
            if got == 0 { break }
            try write(chunk[..<got])
            done += got
        }
        return done
    }

    /// Writes table and manifest; the pack is whole then.
    ///
    /// * `manifest`: everything but what only the writer knows is set.
    mutating func finish(_ folders: [PackFolder], _ manifest: PackManifest) throws(CacheError) -> PackManifest {
        let end = position
        buffer += PackIndex.encode(folders)
        try flush()
        var manifest = manifest
        manifest.contentBytes = contentBytes
        manifest.indexOffset = end
        manifest.indexEnd = flushed
        manifest.checksum = try PackChecksum.compute(file, count: flushed)
        guard let text = try? JSONText.encode(manifest) else { throw CacheError(.tooLarge, "its key is no text") }
        buffer += text
        buffer.append(number: UInt32(text.count))
        buffer.append(number: PackReader.checksum(of: text))
        buffer += PackReader.endMark
        try flush()
        return manifest
    }

    private mutating func flush() throws(CacheError) {
        try write(buffer[...])
        flushed += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: ArraySlice<UInt8>) throws(CacheError) {
        var failure: FileError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try unsafe file.writeAll(buffer) } catch { failure = error }
        }
        if let failure { throw CacheError(failure) }
    }
}
