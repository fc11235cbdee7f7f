// SPDX-License-Identifier: Apache-2.0

internal import CDeflate
internal import CZlib

/// Compresses on one thread: whole streams, and pieces of one stream that other threads make the rest of.
@safe
final class Deflater {
    /// The most bytes that are compressed at once. A longer file is made of pieces of this size; the price is that a
    /// piece cannot refer to the one before, under 0.4 % of the result.
    static let pieceLimitBytes = 4 << 20

    private let main: OpaquePointer
    private let fast: OpaquePointer
    private let output: ByteBuffer
    private let scratch = ByteBuffer(count: 262_144)

    /// Makes a compressor of libdeflate's level 6; nil when memory is short.
    init?() {
        guard let main = unsafe libdeflate_alloc_compressor(6) else { return nil }
        guard let fast = unsafe libdeflate_alloc_compressor(1) else {
            unsafe libdeflate_free_compressor(main)
            return nil
        }
        unsafe self.main = main
        unsafe self.fast = fast
        output = ByteBuffer(count: unsafe libdeflate_deflate_compress_bound(main, Self.pieceLimitBytes) + 16)
    }

    deinit {
        unsafe libdeflate_free_compressor(main)
        unsafe libdeflate_free_compressor(fast)
    }

    /// Appends a whole deflate stream of at most `pieceLimitBytes`.
    /// - Returns: false, and nothing is appended, when the result would not be smaller than the input.
    func appendStream(_ input: UnsafeRawBufferPointer, to bytes: inout [UInt8]) -> Bool {
        guard input.count > 1 else { return false }
        let size = unsafe libdeflate_deflate_compress(
            main,
            input.baseAddress,
            input.count,
            output.bytes.baseAddress,
            input.count - 1
        )
        unsafe bytes.append(contentsOf: output.bytes[..<size])
        return size > 0
    }

    /// Appends a piece of a deflate stream, starting and ending on a byte.
    /// - Parameter isLast: whether the stream ends with this piece.
    /// - Returns: false when the compressor's own output cannot be read back, which would be a fault in a library.
    func appendPiece(_ input: UnsafeRawBufferPointer, isLast: Bool, to bytes: inout [UInt8]) -> Bool {
        if unsafe isIncompressible(input, samples: 3) {
            unsafe Self.appendStoredBlocks(input, isLast: isLast, to: &bytes)
            return true
        }
        let size = unsafe libdeflate_deflate_compress(
            main,
            input.baseAddress,
            input.count,
            output.bytes.baseAddress,
            output.bytes.count
        )
        guard size > 0 else { return false }
        guard !isLast else {
            unsafe bytes.append(contentsOf: output.bytes[..<size])
            return true
        }
        return unsafe appendOpened(UnsafeMutableRawBufferPointer(rebasing: output.bytes[..<size]), to: &bytes)
    }

    /// Whether compressing would gain less than one percent, judged by samples spread over the input.
    func isIncompressible(_ input: UnsafeRawBufferPointer, samples: Int) -> Bool {
        let sampleSize = 16_384
        guard input.count >= sampleSize else { return false }
        for index in 0..<samples {
            let start = samples == 1 ? 0 : (input.count - sampleSize) / (samples - 1) * index
            let sample = unsafe UnsafeRawBufferPointer(rebasing: input[start..<(start + sampleSize)])
            if unsafe !isIncompressible(sample: sample) { return false }
        }
        return true
    }

    /// Whether one sample looks like random bytes: a flat histogram, and no repetitions either.
    func isIncompressible(sample: UnsafeRawBufferPointer) -> Bool {
        var counts: [256 of UInt32] = .init(repeating: 0)
        for index in sample.indices { unsafe counts[Int(sample[index])] += 1 }
        // For random bytes the squares sum to about n²/256 + n. Clearly more means that a Huffman code alone gains
        // something, and the slower look below is not needed.
        var squares: UInt64 = 0
        for index in counts.indices { squares += UInt64(counts[index]) * UInt64(counts[index]) }
        let count = UInt64(sample.count)
        if squares > count * count / 256 * 5 / 4 + count { return false }
        let size = unsafe libdeflate_deflate_compress(
            fast,
            sample.baseAddress,
            sample.count,
            scratch.bytes.baseAddress,
            sample.count - sample.count / 256
        )
        return size == 0
    }

    // MARK: - Joining

    /// Appends a finished stream so that another can follow: its last block is no longer marked as the last, and an
    /// empty stored block fills up the last byte.
    ///
    /// Where the last block begins is only known to who reads the stream; zlib's `inflate` tells it at each block's
    /// end, the way that zlib's own example `gzjoin.c` joins streams.
    private func appendOpened(_ stream: UnsafeMutableRawBufferPointer, to bytes: inout [UInt8]) -> Bool {
        guard let (lastBlock, end) = unsafe Self.lastBlock(of: UnsafeRawBufferPointer(stream), scratch: scratch.bytes)
        else { return false }
        unsafe stream[lastBlock / 8] &= ~(1 << UInt8(lastBlock % 8))
        unsafe bytes.append(contentsOf: stream)
        let used = end % 8
        if used == 0 { return true }
        // Three zero bits (not last, stored) and zeros up to the next byte; then the length 0 and its complement.
        if used > 5 { bytes.append(0) }
        bytes.append(contentsOf: [0, 0, 0xFF, 0xFF])
        return true
    }

    /// The bit at which the last block of a deflate stream begins, and the bit after its end.
    private static func lastBlock(
        of stream: UnsafeRawBufferPointer,
        scratch: UnsafeMutableRawBufferPointer
    ) -> (start: Int, end: Int)? {
        let input = unsafe UnsafeMutableRawBufferPointer(mutating: stream).assumingMemoryBound(to: Bytef.self)
        let output = unsafe scratch.assumingMemoryBound(to: Bytef.self)
        var state = unsafe z_stream()
        guard unsafe inflateInit2_(&state, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { unsafe inflateEnd(&state) }
        unsafe state.next_in = input.baseAddress
        unsafe state.avail_in = UInt32(input.count)
        var boundary = 0
        while true {
            unsafe state.next_out = output.baseAddress
            unsafe state.avail_out = UInt32(output.count)
            let code = unsafe inflate(&state, Z_BLOCK)
            guard code == Z_OK || code == Z_STREAM_END else { return nil }
            let type = unsafe state.data_type
            let position = unsafe (input.count - Int(state.avail_in)) * 8 - Int(type & 7)
            if code == Z_STREAM_END || type & (128 | 64) == 128 | 64 { return (boundary, position) }
            if type & 128 != 0 { boundary = position }
        }
    }

    private static func appendStoredBlocks(_ input: UnsafeRawBufferPointer, isLast: Bool, to bytes: inout [UInt8]) {
        var start = 0
        while start < input.count {
            let count = min(input.count - start, 65_535)
            bytes.append(isLast && start + count == input.count ? 1 : 0)
            bytes.append(little: count, as: UInt16.self)
            bytes.append(little: ~count, as: UInt16.self)
            unsafe bytes.append(contentsOf: input[start..<(start + count)])
            start += count
        }
    }
}
