// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The last words of a program.
struct Tail {
    private static let limit = 16 << 10
    private var bytes: [UInt8] = []

    /// What is left, as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes what waits in a non-blocking pipe.
    mutating func take(from pipe: Int32) {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(pipe, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            bytes += chunk[..<count]
            if bytes.count > Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
        }
    }
}
