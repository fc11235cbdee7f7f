// SPDX-License-Identifier: Apache-2.0

/// How an execution of a pipeline stands, in AWS's words.
package enum ExecutionStatus: String, Sendable, Hashable, Codable, CaseIterable {
    case inProgress = "InProgress"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case stopping = "Stopping"
    case stopped = "Stopped"
    case superseded = "Superseded"
    case cancelled = "Cancelled"

    /// Whether nothing happens any more, short of a retry.
    package var isOver: Bool { self != .inProgress && self != .stopping }
}
