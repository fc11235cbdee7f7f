// SPDX-License-Identifier: Apache-2.0

/// How a stage stands for one execution, in AWS's words.
package enum StageStatus: String, Sendable, Hashable, Codable {
    case inProgress = "InProgress"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case stopping = "Stopping"
    case stopped = "Stopped"
    case cancelled = "Cancelled"
    case skipped = "Skipped"
}
