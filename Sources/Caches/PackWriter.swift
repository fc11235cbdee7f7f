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
    /// The most that the kernel is asked to copy at once, so that a stop need not wait for a whole large file.
    static let copiedAtOnceBytes = 256 << 20

    /// The bytes of all files so far.
    private(set) var contentBytes = 0
    private let file: Descriptor
    private let limitBytes: Int
    private let isStopped: @Sendable () -> Bool
    /// Always of the same length: bytes are read straight into it.
    private var buffer = [UInt8](repeating: 0, count: bufferBytes)
    /// How many bytes of the buffer are to be written.
    private var filled = 0
    /// Where the buffer's first byte belongs.
    private var flushed = 0

    private var position: Int { flushed + filled }

    /// - Parameters:
    ///   - file: open for reading and writing, empty.
    ///   - limitBytes: more than this makes adding a file fail with `tooLarge`.
    ///   - isStopped: whether to give up with `stopped`; asked often.
    init(_ file: consuming Descriptor, limitBytes: Int, _ isStopped: @escaping @Sendable () -> Bool = { false }) {
        self.file = file
        self.isStopped = isStopped
        self.limitBytes = limitBytes
        buffer.replaceSubrange(0..<PackReader.startMark.count, with: PackReader.startMark)
        filled = PackReader.startMark.count
    }

    /// Adds a file's content from its start, at most as much as it had when it was opened.
    /// - Returns: where it is in the pack, and how long.
    mutating func add(_ input: borrowing Descriptor, size: Int) throws(CacheError) -> (offset: Int, size: Int) {
        if isStopped() { throw .stopped }
        if contentBytes + size > limitBytes { throw CacheError(.tooLarge, "it is too large") }
        let added = size < Self.alignedBytes ? try addSmall(input, size) : try addLarge(input, size)
        contentBytes += added.size
        return added
    }

    private mutating func addSmall(
        _ input: borrowing Descriptor,
        _ size: Int
    ) throws(CacheError) -> (offset: Int, size: Int) {
        if filled + size > Self.bufferBytes { try flush() }
        let start = filled
        while filled < start + size {
            let (at, number) = (filled, input.number)
            let count = try CacheError.system { () throws(FileError) in
                try FileError.check("read") {
                    unsafe buffer.withUnsafeMutableBytes { bytes in
                        unsafe read(number, bytes.baseAddress.map { unsafe $0 + at }, start + size - at)
                    }
                }
            }
            if count == 0 { break }
            filled += count
        }
        return (flushed + start, filled - start)
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
            if isStopped() { throw .stopped }
            let wanted = min(size - done, Self.copiedAtOnceBytes)
            let count = nacre_copy_range(from, Int64(done), output, Int64(wanted))
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
            if isStopped() { throw .stopped }
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
        try flush()
        let index = PackIndex.encode(folders)
        try write(index[...])
        var manifest = manifest
        manifest.contentBytes = contentBytes
        manifest.indexOffset = end
        manifest.indexEnd = end + index.count
        manifest.checksum = try PackChecksum.compute(file, count: manifest.indexEnd)
        guard var footer = try? JSONText.encode(manifest) else { throw CacheError(.tooLarge, "its key is no text") }
        let (length, sum) = (UInt32(footer.count), PackReader.checksum(of: footer))
        footer.append(number: length)
        footer.append(number: sum)
        footer += PackReader.endMark
        try write(footer[...])
        return manifest
    }

    private mutating func flush() throws(CacheError) {
        try write(buffer[..<filled])
        flushed += filled
        filled = 0
    }

    private func write(_ bytes: ArraySlice<UInt8>) throws(CacheError) {
        var failure: FileError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try unsafe file.writeAll(buffer) } catch { failure = error }
        }
        if let failure { throw CacheError(failure) }
    }
}
