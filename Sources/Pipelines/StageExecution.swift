// SPDX-License-Identifier: Apache-2.0

/// A stage of one execution.
package struct StageExecution: Sendable, Hashable, Codable {
    package var name: String
    /// Nil: not entered.
    package var status: StageStatus?
    package var startedAt: Int64?
    package var endedAt: Int64?
    /// Every attempt of every action, in the order of their starts.
    package var actions: [ActionExecution]
    package var conditions: [ConditionExecution]
    package var automaticRetries: Int
    package var manualRetries: Int
    /// `AutomatedStageRetry` or `ManualStageRetry`.
    package var latestRetryTrigger: String?

    package init(name: String) {
        self.name = name
        actions = []
        conditions = []
        automaticRetries = 0
        manualRetries = 0
    }

    /// The last attempt of an action.
    package func latest(_ action: String) -> ActionExecution? { actions.last { $0.name == action } }
}
