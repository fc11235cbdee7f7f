// SPDX-License-Identifier: Apache-2.0

internal import CDeflate
internal import CZlib

/// Compresses on one thread: whole streams, and pieces of one stream that other threads make the rest of.
@safe
final class Deflater {
    /// The most bytes that are compressed at once.
    ///
    /// A longer file is made of pieces of this size; the price is that a piece cannot refer to the one before, under
    /// 0.4 % of the result.
    static let pieceLimitBytes = 4 << 20
    /// The size of a sample for `Texture`.
    static let sampleBytes = 16_384
    /// Shorter contents are compressed faster and somewhat worse.
    ///
    /// What that loses is about what the shorter headers of our entries save beside Info-ZIP's: trees of source text
    /// become no larger than its archives of level 6.
    private static let tinyLimitBytes = 8 << 10
    private static let shortLimitBytes = 64 << 10

    private let fastest: Compressor
    private let fast: Compressor
    private let usual: Compressor
    private let output: ByteBuffer
    private let scratch = ByteBuffer(count: 262_144)

    /// Makes a compressor; nil when memory is short.
    init?() {
        guard let fastest = Compressor(level: 1), let fast = Compressor(level: 5), let usual = Compressor(level: 6)
        else {
            return nil
        }
        self.fastest = fastest
        self.fast = fast
        self.usual = usual
        output = ByteBuffer(count: usual.bound(Self.pieceLimitBytes))
    }

    /// Makes a whole deflate stream of at most `pieceLimitBytes`.
    /// - Returns: it, valid until more is compressed; nil when it would not be smaller than the input.
    func stream(of input: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard input.count > 1, let compressor = unsafe compressor(for: input) else { return nil }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: output.bytes[..<(input.count - 1)])
        guard let size = unsafe compressor.compress(input, into: room) else { return nil }
        return unsafe UnsafeRawBufferPointer(rebasing: room[..<size])
    }

    /// What compresses a whole content; nil where that gains nothing.
    private func compressor(for input: UnsafeRawBufferPointer) -> Compressor? {
        if input.count < Self.tinyLimitBytes { return fastest }
        if input.count < Self.shortLimitBytes { return fast }
        return switch unsafe texture(of: input) {
        case .random: nil
        case .noisy: fastest
        case .ordinary: usual
        }
    }

    /// Appends a piece of a deflate stream, starting and ending on a byte.
    /// - Parameters:
    ///   - input: at most `pieceLimitBytes`.
    ///   - isLast: whether the stream ends with this piece.
    ///   - bytes: what the piece is appended to.
    /// - Returns: false when the compressor's own output cannot be read back, which would be a fault in a library.
    func appendPiece(_ input: UnsafeRawBufferPointer, isLast: Bool, to bytes: inout [UInt8]) -> Bool {
        let compressor: Compressor
        switch unsafe texture(of: input) {
        case .random:
            unsafe Self.appendStoredBlocks(input, isLast: isLast, to: &bytes)
            return true
        case .noisy: compressor = fastest
        case .ordinary: compressor = usual
        }
        guard let size = unsafe compressor.compress(input, into: output.bytes) else { return false }
        guard !isLast else {
            unsafe bytes.append(contentsOf: output.bytes[..<size])
            return true
        }
        return unsafe appendOpened(UnsafeMutableRawBufferPointer(rebasing: output.bytes[..<size]), to: &bytes)
    }

    // MARK: - Judging

    /// What kind of data compression has to do with.
    enum Texture {
        /// Compressing gains less than half a percent.
        case random
        /// Some bytes are more frequent than others, but hardly anything repeats, as in floating-point weights. Looking
        /// longer for repetitions gains nothing then.
        case noisy
        case ordinary
    }

    /// Judges contents by three samples.
    private func texture(of input: UnsafeRawBufferPointer) -> Texture {
        let samples = 3
        guard input.count >= samples * Self.sampleBytes else { return .ordinary }
        var isRandom = true
        for index in 0..<samples {
            let start = (input.count - Self.sampleBytes) / (samples - 1) * index
            let sample = unsafe UnsafeRawBufferPointer(rebasing: input[start..<(start + Self.sampleBytes)])
            switch unsafe texture(ofSample: sample) {
            case .random: break
            case .noisy: isRandom = false
            case .ordinary: return .ordinary
            }
        }
        return isRandom ? .random : .noisy
    }

    /// Judges `sampleBytes` bytes.
    func texture(ofSample sample: UnsafeRawBufferPointer) -> Texture {
        var counts: [256 of UInt32] = .init(repeating: 0)
        for index in sample.indices { unsafe counts[Int(sample[index])] += 1 }
        // For random bytes the squares sum to about n²/256; for weights to some four times that, for text and programs to
        // far more. Where they do, the slower look below is not needed.
        var squares: UInt64 = 0
        for index in counts.indices { squares += UInt64(counts[index]) * UInt64(counts[index]) }
        let count = sample.count
        if squares > UInt64(count * count / 256 * 6) { return .ordinary }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<(count - count / 256)])
        guard let size = unsafe fastest.compress(sample, into: room) else { return .random }
        return size >= count - count / 7 ? .noisy : .ordinary
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
