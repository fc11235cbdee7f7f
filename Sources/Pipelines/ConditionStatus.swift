// SPDX-License-Identifier: Apache-2.0

/// How a condition stands, in AWS's words.
package enum ConditionStatus: String, Sendable, Hashable, Codable {
    case inProgress = "InProgress"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case errored = "Errored"
    case cancelled = "Cancelled"
    case abandoned = "Abandoned"
    case overridden = "Overridden"
}
