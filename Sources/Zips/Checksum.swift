// SPDX-License-Identifier: Apache-2.0

internal import CDeflate
internal import CZlib

/// The CRC-32 that zip uses.
package enum Checksum {
    /// The sum of some bytes, going on from the sum of those before.
    package static func update(_ checksum: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe libdeflate_crc32(checksum, bytes.baseAddress, bytes.count)
    }

    /// The sum of two runs of bytes, from the sum of each and the length of the second.
    static func combine(_ first: UInt32, _ second: UInt32, secondCount: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_combine(UInt(first), UInt(second), secondCount))
    }
}
