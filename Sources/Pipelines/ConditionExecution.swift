// SPDX-License-Identifier: Apache-2.0

/// One evaluation of a stage's condition.
package struct ConditionExecution: Sendable, Hashable, Codable {
    /// One rule of it.
    package struct Rule: Sendable, Hashable, Codable {
        /// A UUID.
        package var id: String
        package var name: String
        package var provider: String
        package var status: ActionStatus
        package var startedAt: Int64
        package var updatedAt: Int64
        package var resolvedConfiguration: [String: String]
        package var summary: String?
        package var failure: ActionFailure?
        package var deadline: Int64?
    }

    package var kind: ConditionKind
    package var status: ConditionStatus
    package var result: ConditionResult
    package var startedAt: Int64
    package var updatedAt: Int64
    package var summary: String?
    package var rules: [Rule]
}
