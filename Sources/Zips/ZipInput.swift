// SPDX-License-Identifier: Apache-2.0

/// One file or link that is to go into an archive.
package struct ZipInput: Hashable, Sendable {
    /// Where an entry's content comes from.
    package enum Source: Hashable, Sendable {
        /// A regular file at `root/path`; `root` may lead through symbolic links, `path` must not.
        case file(root: String, path: String)
        /// Bytes in memory.
        case bytes([UInt8])
        /// No content: a symbolic link that leads to `target`.
        case symbolicLink(target: String)
    }

    /// The name in the archive: relative, parted by `/`.
    package let path: String
    package let source: Source
    /// Whether the entry gets mode 0755 rather than 0644; nil: as the file's owner may run it.
    package let isExecutable: Bool?

    package init(path: String, source: Source, isExecutable: Bool? = nil) {
        self.path = path
        self.source = source
        self.isExecutable = isExecutable
    }
}
