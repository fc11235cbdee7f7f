// SPDX-License-Identifier: Apache-2.0

package import Digests

/// What a written archive came to.
package struct ZipSummary: Hashable, Sendable {
    /// The archive's size.
    package let bytes: Int
    /// The archive's SHA-256.
    package let digest: SHA256Digest
    package let entryCount: Int
    /// The sum of the entries' sizes before compression.
    package let uncompressedBytes: Int
}
