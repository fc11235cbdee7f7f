// SPDX-License-Identifier: Apache-2.0

/// How much of a file system is to stay free.
package enum FreeSpace: Sendable, Hashable, Codable {
    case bytes(Int64)
    /// A part of the whole file system, between 0 and 1.
    case share(Double)
}
