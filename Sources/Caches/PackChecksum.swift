// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files
internal import Glibc
internal import Synchronization
internal import Zips

/// The sum that tells whether a pack is as it was written.
///
/// CRC-32 of every four megabytes, and SHA-256 over these: it is bit rot and half-written files that are to be found, and
/// SHA-256 of everything would take longer than the restoring. Pieces can be summed on several threads.
enum PackChecksum {
    private static let pieceBytes = 4 << 20
    private static let bufferBytes = 1 << 20

    /// Sums the first `count` bytes of a file.
    static func compute(_ file: borrowing Descriptor, count: Int) throws(CacheError) -> String {
        let number = file.number
        let pieces = (count + pieceBytes - 1) / pieceBytes
        let threads = pieces < 4 ? 1 : min(Workers.count, pieces)
        let sums = Mutex([UInt32](repeating: 0, count: pieces))
        let box = Box(sums)
        try Workers.run(threads) { thread throws(CacheError) in
            var buffer = [UInt8](repeating: 0, count: min(bufferBytes, count))
            for piece in stride(from: thread, to: pieces, by: threads) {
                let end = min((piece + 1) * pieceBytes, count)
                let sum = try Self.sum(number, from: piece * pieceBytes, to: end, &buffer)
                box.sums.withLock { $0[piece] = sum }
            }
        }
        var bytes: [UInt8] = []
        for sum in box.sums.withLock({ $0 }) { bytes.append(number: sum) }
        bytes.append(number: Int64(count))
        return SHA256Digest(of: bytes).hex
    }

    private final class Box: Sendable {
        let sums: Mutex<[UInt32]>
        init(_ sums: consuming Mutex<[UInt32]>) { self.sums = sums }
    }

    private static func sum(
        _ number: Int32,
        from start: Int,
        to end: Int,
        _ buffer: inout [UInt8]
    ) throws(CacheError) -> UInt32 {
        var sum: UInt32 = 0
        var position = start
        while position < end {
            let wanted = min(buffer.count, end - position)
            let offset = position
            let count = try CacheError.system { () throws(FileError) in
                try FileError.check("pread") {
                    unsafe buffer.withUnsafeMutableBytes { unsafe pread(number, $0.baseAddress, wanted, offset) }
                }
            }
            if count == 0 { throw CacheError(.damaged, "its file is cut off") }
            sum = unsafe buffer.withUnsafeBytes {
                unsafe Checksum.update(sum, UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            position += count
        }
        return sum
    }
}
