// SPDX-License-Identifier: Apache-2.0

/// What a condition leads to.
package enum ConditionResult: String, Sendable, Hashable, Codable, CaseIterable {
    case fail = "FAIL"
    case skip = "SKIP"
    case rollback = "ROLLBACK"
    case retry = "RETRY"
}
