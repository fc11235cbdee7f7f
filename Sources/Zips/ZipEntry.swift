// SPDX-License-Identifier: Apache-2.0

/// One entry of an archive, as its directory tells.
package struct ZipEntry: Hashable, Sendable {
    /// What an entry is.
    package enum Kind: Hashable, Sendable {
        case file
        case folder
        case symbolicLink
    }

    /// The name: relative, parted by `/`, without one at the end even for a folder.
    package let path: String
    package let kind: Kind
    /// Whether somebody may run the file.
    package let isExecutable: Bool
    /// The content's size.
    package let size: Int
    /// How much room the content takes in the archive.
    package let compressedSize: Int
    /// The content's CRC-32.
    package let checksum: UInt32
    let method: ZipMethod
    /// Where the local header begins.
    let offset: Int
    /// The name as it stands in the archive.
    let rawName: [UInt8]
}
