// SPDX-License-Identifier: Apache-2.0

/// A build or an execution as the planner sees it; small, as there may be a hundred thousand.
package struct RetentionItem: Sendable, Hashable {
    package enum Kind: UInt8, Sendable, Hashable {
        case build
        case execution
    }

    package var kind: Kind
    /// The journal's number, which rises in the order in which they were queued.
    package var seq: Int64
    /// Its project or pipeline: an index into `RetentionInput.owners`.
    package var owner: Int
    /// Milliseconds since 1970; nil while it waits or runs.
    package var endedAt: Int64?
    package var hasSucceeded: Bool
    /// Of its folder, without artifacts; 0 for an execution.
    package var bytes: Int64
    /// Whether its log, folder and artifacts have gone before.
    package var isStripped: Bool
    /// The artifacts that it refers to: indices into `RetentionInput.artifacts`.
    package var artifacts: [Int]
    /// What the caller knows to keep it.
    package var keep: KeepReason?

    package init(
        kind: Kind,
        seq: Int64,
        owner: Int,
        endedAt: Int64?,
        hasSucceeded: Bool = false,
        bytes: Int64 = 0,
        isStripped: Bool = false,
        artifacts: [Int] = [],
        keep: KeepReason? = nil
    ) {
        self.kind = kind
        self.seq = seq
        self.owner = owner
        self.endedAt = endedAt
        self.hasSucceeded = hasSucceeded
        self.bytes = bytes
        self.isStripped = isStripped
        self.artifacts = artifacts
        self.keep = keep
    }
}
