// SPDX-License-Identifier: Apache-2.0

/// How one stage of a pipeline stands: what the pipeline's state is made of.
package struct StageStanding: Sendable, Hashable {
    /// The transition into a stage; AWS's `TransitionState`.
    package struct Transition: Sendable, Hashable {
        package var isEnabled: Bool
        /// Why it is disabled.
        package var reason: String?
        /// Who changed it last; nil: nobody has.
        package var changedBy: String?
        /// Milliseconds since 1970.
        package var changedAt: Int64?

        package init(isEnabled: Bool = true, reason: String? = nil, changedBy: String? = nil, changedAt: Int64? = nil) {
            self.isEnabled = isEnabled
            self.reason = reason
            self.changedBy = changedBy
            self.changedAt = changedAt
        }
    }

    package var transition: Transition
    /// The newest execution that has entered the stage; nil: none ever has.
    package var latest: PipelineExecution?
    /// Those that wait to enter it, the one that enters next first.
    package var inbound: [PipelineExecution]

    package init(
        transition: Transition = Transition(),
        latest: PipelineExecution? = nil,
        inbound: [PipelineExecution] = []
    ) {
        self.transition = transition
        self.latest = latest
        self.inbound = inbound
    }
}
