// SPDX-License-Identifier: Apache-2.0

/// AWS's `ExecutionTrigger`.
package struct TriggerView: Sendable, Hashable, Codable {
    package var triggerType: String
    package var triggerDetail: String

    package init(_ trigger: ExecutionTrigger) {
        triggerType = trigger.kind.rawValue
        triggerDetail = trigger.detail
    }
}
