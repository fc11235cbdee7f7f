// SPDX-License-Identifier: Apache-2.0

internal import CDeflate

/// libdeflate's compressor of one level, for one thread.
@safe
final class Compressor {
    private let pointer: OpaquePointer

    /// Makes a compressor; nil when memory is short.
    init?(level: Int32) {
        guard let pointer = unsafe libdeflate_alloc_compressor(level) else { return nil }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe libdeflate_free_compressor(pointer)
    }

    /// The most bytes that so much input can become.
    func bound(_ count: Int) -> Int {
        unsafe libdeflate_deflate_compress_bound(pointer, count)
    }

    /// Makes a whole deflate stream.
    /// - Returns: its size; nil where the output has too little room.
    func compress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        let size = unsafe libdeflate_deflate_compress(
            pointer,
            input.baseAddress,
            input.count,
            output.baseAddress,
            output.count
        )
        return size > 0 ? size : nil
    }
}
