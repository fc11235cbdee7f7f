// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// An MD5 sum in the making: S3's `ETag`, which says whether two objects are alike and protects nothing.
///
/// The old `MD5_…` functions of libcrypto for the same reason as those of `SHA256Hasher`.
package struct MD5Hasher: Sendable {
    private var context = MD5_CTX()

    package init() {
        _ = unsafe MD5_Init(&context)
    }

    /// Adds bytes to what is summed.
    package mutating func update(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            _ = unsafe MD5_Update(&context, buffer.baseAddress, buffer.count)
        }
    }

    /// The sum of everything added so far, 32 lower-case hexadecimal digits; more may be added afterwards.
    package func hex() -> String {
        var copy = context
        var bytes: [UInt8] = Array(repeating: 0, count: 16)
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            _ = unsafe MD5_Final(buffer.baseAddress, &copy)
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
