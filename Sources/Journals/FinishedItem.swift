// SPDX-License-Identifier: Apache-2.0

/// A build or an execution that is over, as retention looks at it.
package struct FinishedItem: Sendable, Hashable {
    package let seq: Int64
    /// Its project or pipeline.
    package let owner: String
    package let hasSucceeded: Bool
    /// Milliseconds since 1970.
    package let endedAt: Int64
    /// Of its folder; nil: not known, or an execution.
    package let bytes: Int64?
    package let fate: Fate?
}
