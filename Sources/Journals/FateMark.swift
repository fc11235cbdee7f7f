// SPDX-License-Identifier: Apache-2.0

/// What is to become of a build or an execution.
package struct FateMark: Sendable, Hashable {
    package var seq: Int64
    /// Whether the row goes too.
    package var isWhole: Bool
    /// The rule that takes it: a word that the journal does not read.
    package var reason: String

    package init(seq: Int64, isWhole: Bool, reason: String) {
        self.seq = seq
        self.isWhole = isWhole
        self.reason = reason
    }
}
