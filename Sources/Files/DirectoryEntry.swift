// SPDX-License-Identifier: Apache-2.0

/// A name in a directory, and what it names.
package struct DirectoryEntry: Hashable, Sendable {
    /// What a name names; links are not followed.
    package enum Kind: Hashable, Sendable {
        case file
        case directory
        case symbolicLink
        /// A device, pipe or socket.
        case special
    }

    /// The name as the file system has it: any bytes but `/` and NUL, not always UTF-8.
    package let name: [UInt8]
    package let kind: Kind

    package init(name: [UInt8], kind: Kind) {
        self.name = name
        self.kind = kind
    }
}
