// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Bytes on their way to a non-blocking descriptor.
struct ByteQueue {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ more: ArraySlice<UInt8>) {
        if start > 0, start == bytes.count || start > 1 << 20 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// Writes as much as the descriptor takes now.
    /// - Returns: false when nobody will ever take the rest.
    mutating func write(to descriptor: Int32) -> Bool {
        while start < bytes.count {
            let count = unsafe bytes[start...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                start += count
            } else if errno == EAGAIN {
                return true
            } else if errno != EINTR {
                return false
            }
        }
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 18)
        start = 0
        return true
    }
}
