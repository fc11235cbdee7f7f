// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Reads entries' contents on one thread, with buffers that it keeps.
final class ZipReading {
    /// Contents up to this size are decompressed at once; longer ones piece by piece.
    static let wholeLimitBytes = 4 << 20

    private let archive: ZipArchive
    private let inflater: Inflater
    private let input = ByteBuffer(count: ZipReading.wholeLimitBytes + 66_000 + 4_096)
    private let output = ByteBuffer(count: ZipReading.wholeLimitBytes)

    /// Makes a reader; nil when memory is short.
    init?(_ archive: ZipArchive) {
        guard let inflater = Inflater() else { return nil }
        self.archive = archive
        self.inflater = inflater
    }

    /// Gives an entry's content to `write`, in one or more pieces, and then checks its sum.
    /// - Throws: `invalidArchive`, `checksumMismatch`, `system`, or what `write` throws.
    func read(_ entry: ZipEntry, _ write: (UnsafeRawBufferPointer) throws(ZipError) -> Void) throws(ZipError) {
        let isWhole = entry.size <= Self.wholeLimitBytes && entry.compressedSize <= Self.wholeLimitBytes
        // The data follow the header at once; where they are short, one read gets both and what extra field is usual.
        let header = ZipFormat.localHeaderSize + entry.rawName.count
        let wanted = header + (isWhole ? entry.compressedSize + 64 : 0)
        let got = unsafe try read(into: input.bytes, count: wanted, at: entry.offset)
        let dataStart = try checkHeader(of: entry, got: got)
        guard dataStart + entry.compressedSize <= archive.dataEnd - entry.offset else {
            throw ZipError(.invalidArchive, entry.path, "its data lie outside the archive")
        }
        guard isWhole else { return unsafe try readLong(entry, from: entry.offset + dataStart, write) }
        if dataStart + entry.compressedSize > got {
            let count = dataStart + entry.compressedSize
            guard unsafe try read(into: input.bytes, count: count, at: entry.offset) == count else {
                throw Self.cut(entry)
            }
        }
        let data = unsafe UnsafeRawBufferPointer(rebasing: input.bytes[dataStart..<(dataStart + entry.compressedSize)])
        if entry.method == .stored {
            try check(unsafe Checksum.update(0, data), entry)
            return unsafe try write(data)
        }
        let content = unsafe UnsafeMutableRawBufferPointer(rebasing: output.bytes[..<entry.size])
        guard unsafe inflater.inflate(data, into: content) else { throw Self.broken(entry) }
        try check(unsafe Checksum.update(0, UnsafeRawBufferPointer(content)), entry)
        unsafe try write(UnsafeRawBufferPointer(content))
    }

    private func readLong(
        _ entry: ZipEntry,
        from start: Int,
        _ write: (UnsafeRawBufferPointer) throws(ZipError) -> Void
    ) throws(ZipError) {
        var position = start
        let end = start + entry.compressedSize
        var checksum: UInt32 = 0
        func next(_ buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
            let wanted = min(end - position, buffer.count)
            guard unsafe try read(into: buffer, count: wanted, at: position) == wanted else { throw Self.cut(entry) }
            position += wanted
            return wanted
        }
        func pass(_ bytes: UnsafeRawBufferPointer) throws(ZipError) {
            checksum = unsafe Checksum.update(checksum, bytes)
            unsafe try write(bytes)
        }
        let buffer = unsafe UnsafeMutableRawBufferPointer(rebasing: output.bytes[..<(1 << 20)])
        if entry.method == .stored {
            while position < end {
                let count = unsafe try next(buffer)
                unsafe try pass(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        } else {
            let isGood = unsafe try Inflater.inflate(size: entry.size, buffer: buffer, next: next, write: pass)
            if !isGood { throw Self.broken(entry) }
        }
        try check(checksum, entry)
    }

    /// Compares the local header, in `input`, with the directory: readers that trust the one or the other must agree.
    /// - Returns: where the data begin, counted from the header.
    private func checkHeader(of entry: ZipEntry, got: Int) throws(ZipError) -> Int {
        let count = ZipFormat.localHeaderSize + entry.rawName.count
        guard got >= count else { throw Self.cut(entry) }
        var cursor = ByteCursor(unsafe Array(input.bytes[..<count])[...])
        guard cursor.next(UInt32.self) == Int(ZipFormat.localHeader), cursor.next(UInt16.self) != nil,
            cursor.next(UInt16.self) != nil, cursor.next(UInt16.self) == Int(entry.method.rawValue),
            cursor.next(count: 16) != nil, cursor.next(UInt16.self) == entry.rawName.count,
            let extraCount = cursor.next(UInt16.self), let name = cursor.next(count: entry.rawName.count),
            name.elementsEqual(entry.rawName)
        else { throw ZipError(.invalidArchive, entry.path, "its header contradicts the directory") }
        return count + extraCount
    }

    private func check(_ checksum: UInt32, _ entry: ZipEntry) throws(ZipError) {
        if checksum != entry.checksum {
            throw ZipError(.checksumMismatch, entry.path, "its content is damaged: the checksum differs")
        }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer, count: Int, at start: Int) throws(ZipError) -> Int {
        unsafe try archive.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: start)
    }

    private static func cut(_ entry: ZipEntry) -> ZipError {
        ZipError(.invalidArchive, entry.path, "the archive ends in the middle of it")
    }

    private static func broken(_ entry: ZipEntry) -> ZipError {
        ZipError(.invalidArchive, entry.path, "its compressed data are damaged, or not of the size that is named")
    }
}
