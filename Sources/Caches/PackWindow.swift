// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// Reads a pack's contents in large pieces, as small files lie one after another.
struct PackWindow: ~Copyable {
    private let pack: Int32
    private let isStopped: @Sendable () -> Bool
    private var buffer: [UInt8]
    private var start = 0
    private var count = 0

    /// - Parameters:
    ///   - pack: an open pack, which stays the caller's and must outlive this.
    ///   - isStopped: whether to give up with `stopped`; asked for every large piece.
    init(_ pack: Int32, _ isStopped: @escaping @Sendable () -> Bool = { false }) {
        self.pack = pack
        self.isStopped = isStopped
        buffer = [UInt8](repeating: 0, count: PackWriter.bufferBytes)
    }

    /// Writes a piece of the pack to a new, empty file.
    /// - Throws: `damaged` where the pack is shorter, `stopped`, `system`.
    mutating func copy(offset: Int, size: Int, to output: borrowing Descriptor) throws(CacheError) {
        var done = size >= PackWriter.alignedBytes ? try share(offset: offset, size: size, to: output) : 0
        while done < size {
            if isStopped() { throw .stopped }
            let wanted = min(size - done, buffer.count)
            try load(offset + done, wanted)
            let from = offset + done - start
            var failure: FileError?
            unsafe buffer.withUnsafeBytes { bytes in
                let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[from..<(from + wanted)])
                do throws(FileError) { try unsafe output.writeAll(piece) } catch { failure = error }
            }
            if let failure { throw CacheError(failure) }
            done += wanted
        }
    }

    /// Has the kernel copy, or better share, a large piece.
    /// - Returns: how much of it; the rest is to be copied through memory.
    private func share(offset: Int, size: Int, to output: borrowing Descriptor) throws(CacheError) -> Int {
        // Only whole blocks can be shared; what is too much at the end is cut off again.
        let whole = (size + PackWriter.blockBytes - 1) / PackWriter.blockBytes * PackWriter.blockBytes
        var done = 0
        while done < size {
            if isStopped() { throw .stopped }
            let wanted = min(whole - done, PackWriter.copiedAtOnceBytes)
            let count = nacre_copy_range(pack, Int64(offset + done), output.number, Int64(wanted))
            if count > 0 { done += Int(count) } else if -count != EINTR { break }
        }
        if done > size {
            let number = output.number
            try CacheError.system { () throws(FileError) in
                try FileError.check("ftruncate") { ftruncate(number, size) }
            }
            done = size
        }
        return done
    }

    private mutating func load(_ offset: Int, _ wanted: Int) throws(CacheError) {
        if offset >= start, offset + wanted <= start + count { return }
        count = try PackReader.fill(&buffer, pack, from: offset, count: buffer.count)
        start = offset
        if count < wanted { throw CacheError(.damaged, "its file is cut off") }
    }
}
