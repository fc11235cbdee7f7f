// SPDX-License-Identifier: Apache-2.0

/// How an action or a rule stands, in AWS's words.
package enum ActionStatus: String, Sendable, Hashable, Codable {
    case inProgress = "InProgress"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case abandoned = "Abandoned"
}
