// SPDX-License-Identifier: Apache-2.0

/// What is to go, and why the rest stays.
package struct RetentionPlan: Sendable, Hashable {
    /// What happens to one build or execution.
    package struct Step: Sendable, Hashable {
        package enum Action: String, Sendable, Hashable, Codable {
            /// Log, folder and artifacts go, the row stays.
            case strip
            /// The row goes too.
            case remove
        }

        /// Index into `RetentionInput.items`.
        package var item: Int
        package var action: Action
        package var reason: RetentionReason
        /// Of its folder, and of the artifacts that only it still referred to.
        package var bytes: Int64

        package init(item: Int, action: Action, reason: RetentionReason, bytes: Int64) {
            self.item = item
            self.action = action
            self.reason = reason
            self.bytes = bytes
        }
    }

    /// In the order in which they are carried out, oldest first for each rule.
    package internal(set) var steps: [Step] = []
    /// How many builds and executions stay as they are, by reason.
    package internal(set) var kept: [KeepReason: Int] = [:]
    /// Bytes of other things that must go, such as caches, for enough space to be free.
    package internal(set) var spareBytes: Int64 = 0
    /// What is missing for enough space to be free when all of this is done; 0 when it suffices.
    package internal(set) var missingBytes: Int64 = 0

    /// What is freed altogether.
    package var bytes: Int64 { steps.reduce(spareBytes) { $0 + $1.bytes } }
}
