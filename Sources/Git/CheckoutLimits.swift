// SPDX-License-Identifier: Apache-2.0

/// How much a checkout may write: a pack of a few kilobytes can describe more files than there are atoms.
package struct CheckoutLimits: Sendable, Hashable {
    /// The most files, links and directories together.
    package var entries: Int
    /// The most bytes of all names and of the paths of directories: trees within trees have paths that add up.
    package var nameBytes: Int
    /// The most bytes of one file; each file passes through memory as a whole.
    package var fileBytes: Int
    /// The most bytes of all files together.
    package var bytes: Int

    /// Two million entries, 512 MiB of names, 4 GiB a file, 256 GiB altogether.
    package init(
        entries: Int = 2_000_000,
        nameBytes: Int = 512 << 20,
        fileBytes: Int = 4 << 30,
        bytes: Int = 256 << 30
    ) {
        self.entries = entries
        self.nameBytes = nameBytes
        self.fileBytes = fileBytes
        self.bytes = bytes
    }
}
