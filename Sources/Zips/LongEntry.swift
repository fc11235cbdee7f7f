// SPDX-License-Identifier: Apache-2.0

/// An entry that is longer than what is compressed at once.
final class LongEntry: Sendable {
    /// What is to be done with a piece.
    enum Purpose: Sendable {
        /// Only sum it: a stored entry names its sum before its data.
        case sum
        case store
        case deflate
    }

    let entry: Int
    let source: OpenSource
    let method: ZipMethod

    init(entry: Int, source: consuming OpenSource, method: ZipMethod) {
        self.entry = entry
        self.source = source
        self.method = method
    }
}
