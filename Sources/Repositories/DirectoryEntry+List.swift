// SPDX-License-Identifier: Apache-2.0

internal import Files

extension DirectoryEntry {
    /// Reads a directory by its absolute path, in no particular order.
    static func list(_ path: [UInt8]) throws(FileError) -> [DirectoryEntry] {
        if let text = String(validating: path, as: UTF8.self) { return try Directory(text).entries() }
        // A path that is no text is reached part by part.
        return try Directory("/").directory(beneath: path.split(separator: UInt8(ascii: "/")).map(Array.init)).entries()
    }
}
