// SPDX-License-Identifier: Apache-2.0

/// How much a checkout may write: a pack of a few kilobytes can describe more files than there are atoms.
package struct CheckoutLimits: Sendable, Hashable {
    /// The most files, links and directories together.
    package var entries: Int
    /// The most bytes of one file; each file passes through memory as a whole.
    package var fileBytes: Int
    /// The most bytes of all files together.
    package var bytes: Int

    /// Two million entries, 4 GiB a file, 256 GiB altogether.
    package init(entries: Int = 2_000_000, fileBytes: Int = 4 << 30, bytes: Int = 256 << 30) {
        self.entries = entries
        self.fileBytes = fileBytes
        self.bytes = bytes
    }
}
