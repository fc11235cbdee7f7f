// SPDX-License-Identifier: Apache-2.0

package import Digests

/// A file as it was put into a backup.
package struct AddedFile: Sendable, Hashable {
    /// How many bytes it has there.
    package let size: Int64
    /// Their sum.
    package let digest: SHA256Digest
    /// Whether it became shorter while it was read, so that zeros stand for its end.
    package let isPadded: Bool
}
