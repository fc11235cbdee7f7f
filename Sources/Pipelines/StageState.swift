// SPDX-License-Identifier: Apache-2.0

/// A stage of a pipeline as all executions share it: its lock, its waiting places, the gate before it.
package struct StageState: Sendable, Hashable, Codable {
    /// The gate before a stage: AWS's inbound transition.
    package struct Transition: Sendable, Hashable, Codable {
        package var isEnabled: Bool
        /// Why it was disabled; nil where it is enabled.
        package var reason: String?
        /// Who changed it last; nil: nobody ever did.
        package var changedBy: String?
        /// Milliseconds since 1970.
        package var changedAt: Int64?

        /// Open, as nobody has ever closed it.
        package init() {
            isEnabled = true
        }
    }

    package var name: String
    /// The execution that holds the lock; executions of mode PARALLEL never do.
    package var occupant: String?
    /// The executions that are to enter, in the order in which they will: AWS's `inboundExecutions`.
    package var waiting: [String]
    package var transition: Transition
    /// The execution that has entered last, over or not: the only one that can be retried here.
    package var latest: String?

    package init(name: String) {
        self.name = name
        waiting = []
        transition = Transition()
    }
}
