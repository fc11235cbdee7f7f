// SPDX-License-Identifier: Apache-2.0

/// Which actions of a failed stage are run again.
package enum RetryMode: String, Sendable, Hashable, Codable, CaseIterable {
    case failedActions = "FAILED_ACTIONS"
    case allActions = "ALL_ACTIONS"
}
