// SPDX-License-Identifier: Apache-2.0

extension PipelineMachine {
    /// How the stages stand, by name.
    package var standings: [String: StageStanding] {
        Dictionary(
            stages.map { stage in
                let standing = StageStanding(
                    transition: StageStanding.Transition(
                        isEnabled: stage.transition.isEnabled,
                        reason: stage.transition.reason,
                        changedBy: stage.transition.changedBy,
                        changedAt: stage.transition.changedAt
                    ),
                    latest: stage.latest.flatMap { executions[$0] },
                    inbound: stage.waiting.compactMap { executions[$0] }
                )
                return (stage.name, standing)
            }
        ) { first, _ in first }
    }
}
