// SPDX-License-Identifier: Apache-2.0

/// What a text may ask of us.
package struct XMLLimits: Sendable, Hashable {
    /// How deep elements may lie in each other.
    package var depth: Int
    /// Bytes of the whole text.
    package var bytes: Int

    package init(depth: Int = 512, bytes: Int = 1 << 30) {
        self.depth = depth
        self.bytes = bytes
    }
}
