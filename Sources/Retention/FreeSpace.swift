// SPDX-License-Identifier: Apache-2.0

/// How much of a file system is to stay free.
package enum FreeSpace: Sendable, Hashable, Codable {
    case bytes(Int64)
    /// A share of the whole, from 0 to 1; of a large file system never more than `greatestShareBytes`.
    case share(Double)

    /// A share of a disk of many terabytes would be more than anything here needs.
    package static let greatestShareBytes: Int64 = 20_000_000_000

    /// What that is on a file system of so many bytes; never more than a half of it, or nothing could be kept.
    package func bytes(ofTotal total: Int64) -> Int64 {
        switch self {
        case .bytes(let bytes): min(max(0, bytes), total / 2)
        case .share(let share): min(Int64(Double(total) * min(max(0, share), 0.5)), Self.greatestShareBytes)
        }
    }
}
