// SPDX-License-Identifier: Apache-2.0

internal import CDeflate
internal import CZlib

/// Decompresses on one thread: whole streams by libdeflate, which is much faster, and long ones bit by bit by zlib.
@safe
final class Inflater {
    private let decompressor: OpaquePointer

    /// Makes a decompressor; nil when memory is short.
    init?() {
        guard let decompressor = unsafe libdeflate_alloc_decompressor() else { return nil }
        unsafe self.decompressor = decompressor
    }

    deinit {
        unsafe libdeflate_free_decompressor(decompressor)
    }

    /// Decompresses a stream that is all of `input` and gives exactly as many bytes as `output` holds.
    /// - Returns: whether it did.
    func inflate(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
        var consumed = 0
        let result = unsafe libdeflate_deflate_decompress_ex(
            decompressor,
            input.baseAddress,
            input.count,
            output.baseAddress,
            output.count,
            &consumed,
            nil
        )
        return result == LIBDEFLATE_SUCCESS && consumed == input.count
    }

    /// Decompresses a stream of any length in pieces.
    /// - Parameters:
    ///   - size: how many bytes it gives.
    ///   - buffer: room for a piece of input, in its first half, and of output, in its second.
    ///   - next: reads more input; 0 at its end.
    ///   - write: takes a piece of output.
    /// - Returns: whether the stream was good, ended with the input and gave `size` bytes.
    /// - Throws: what `next` or `write` throws.
    static func inflate(
        size: Int,
        buffer: UnsafeMutableRawBufferPointer,
        next: (UnsafeMutableRawBufferPointer) throws(ZipError) -> Int,
        write: (UnsafeRawBufferPointer) throws(ZipError) -> Void
    ) throws(ZipError) -> Bool {
        let half = buffer.count / 2
        let input = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<half])
        let output = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[half...])
        let inputStart = unsafe input.assumingMemoryBound(to: Bytef.self).baseAddress
        let outputStart = unsafe output.assumingMemoryBound(to: Bytef.self).baseAddress
        var state = unsafe z_stream()
        guard unsafe inflateInit2_(&state, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return false
        }
        defer { unsafe inflateEnd(&state) }
        var total = 0
        while true {
            if unsafe state.avail_in == 0 {
                unsafe state.avail_in = UInt32(try next(input))
                unsafe state.next_in = inputStart
            }
            unsafe state.next_out = outputStart
            unsafe state.avail_out = UInt32(output.count)
            let code = unsafe CZlib.inflate(&state, Z_NO_FLUSH)
            let count = unsafe output.count - Int(state.avail_out)
            total += count
            guard code == Z_OK || code == Z_STREAM_END, total <= size else { return false }
            if count > 0 { unsafe try write(UnsafeRawBufferPointer(rebasing: output[..<count])) }
            if code == Z_STREAM_END {
                guard unsafe state.avail_in == 0, total == size else { return false }
                return unsafe try next(input) == 0
            }
        }
    }
}
