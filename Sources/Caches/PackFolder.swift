// SPDX-License-Identifier: Apache-2.0

/// A folder of a pack, and what lies directly in it but folders.
struct PackFolder: Hashable, Sendable {
    /// Which of the cache's paths it was found by; it lies below that path's base.
    var path: Int
    /// The names below the base; none for the base itself.
    var names: [[UInt8]]
    /// Whether the patterns take the folder itself, and not only something in it: then its mode and time are restored.
    var isMatched: Bool
    /// Permission bits.
    var mode: UInt32
    var modified: PackTime
    var entries: [PackEntry] = []
}
