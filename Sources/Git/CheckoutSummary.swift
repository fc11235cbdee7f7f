// SPDX-License-Identifier: Apache-2.0

/// What a checkout has written.
package struct CheckoutSummary: Sendable, Hashable {
    /// Regular files.
    package var files = 0
    /// Symbolic links.
    package var links = 0
    /// Directories below the target, those of submodules included.
    package var directories = 0
    /// Submodules: each is an empty directory.
    package var submodules = 0
    /// Bytes in regular files.
    package var bytes = 0
}
