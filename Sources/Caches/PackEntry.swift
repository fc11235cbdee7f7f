// SPDX-License-Identifier: Apache-2.0

/// A file or a symbolic link in a pack.
struct PackEntry: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Where its bytes are in the pack, and its permission bits.
        case file(offset: Int, size: Int, mode: UInt32)
        case symbolicLink(target: [UInt8])
    }

    var name: [UInt8]
    var modified: PackTime
    var kind: Kind

    /// How many bytes of the pack it takes.
    var size: Int {
        if case .file(_, let size, _) = kind { size } else { 0 }
    }
}
