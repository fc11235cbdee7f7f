// SPDX-License-Identifier: Apache-2.0

/// Which of a stage's conditions; the raw values are those of `OverrideStageCondition`.
package enum ConditionKind: String, Sendable, Hashable, Codable {
    case beforeEntry = "BEFORE_ENTRY"
    case onSuccess = "ON_SUCCESS"
    case onFailure = "ON_FAILURE"
}
