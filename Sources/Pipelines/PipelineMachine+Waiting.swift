// SPDX-License-Identifier: Apache-2.0

/// What executions wait for.
extension PipelineMachine {
    /// When `woke` is due next, in milliseconds since 1970: the earliest deadline of what runs; nil: never.
    package var nextDeadline: Int64? { deadlines.map(\.deadline).min() }

    /// What an execution waits for, one sentence each; empty for one that is over or unknown.
    package func waitReasons(of executionID: String) -> [String] {
        guard let execution = executions[executionID], !execution.status.isOver else { return [] }
        if let stage = stages.first(where: { $0.waiting.contains(executionID) }) {
            return reasons(of: execution, before: stage)
        }
        guard let passage = passages[executionID], let stage = execution.stage(passage.stage) else { return [] }
        let isStopping = execution.status == .stopping
        var reasons: [String] = []
        for action in stage.actions where action.status == .inProgress {
            reasons.append(Self.reason(action, stage: stage.name, isStopping: isStopping))
        }
        for condition in stage.conditions where condition.status == .inProgress {
            for rule in condition.rules where rule.status == .inProgress {
                let until = rule.deadline.map { ", at most until \(InstantText.text($0))" } ?? ""
                reasons.append(
                    "The \(condition.kind.word) condition of the stage `\(stage.name)` waits for its rule `\(rule.name)` "
                        + "(\(rule.provider)) since \(InstantText.text(rule.startedAt))\(until)."
                )
            }
        }
        return reasons
    }

    private func reasons(of execution: PipelineExecution, before stage: StageState) -> [String] {
        var reasons: [String] = []
        let transition = stage.transition
        if !transition.isEnabled {
            let person = transition.changedBy.map { " by \($0)" } ?? ""
            let since = transition.changedAt.map { " since \(InstantText.text($0))" } ?? ""
            let why = transition.reason.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
            reasons.append("The transition into the stage `\(stage.name)` is disabled\(person)\(since)\(why).")
        }
        guard execution.mode != .parallel else { return reasons }
        if let occupant = stage.occupant {
            let approval = executions[occupant]?.stage(stage.name)?.actions.first {
                $0.status == .inProgress && $0.type.isApproval
            }
            let clause = approval.map { ", which waits for the approval `\($0.name)`" } ?? ""
            reasons.append("The stage `\(stage.name)` is occupied by \(label(occupant))\(clause).")
        }
        let earlier = stage.waiting.prefix { $0 != execution.id }.filter { executions[$0]?.mode != .parallel }
        if !earlier.isEmpty {
            let labels = earlier.map(label).joined(separator: ", ")
            reasons.append("\(labels) \(earlier.count == 1 ? "goes" : "go") first into the stage `\(stage.name)`.")
        }
        return reasons
    }

    private static func reason(_ action: ActionExecution, stage: String, isStopping: Bool) -> String {
        let since = InstantText.text(action.startedAt)
        let place = "`\(action.name)` of the stage `\(stage)`"
        let ending = isStopping ? ", after whose end the execution stops" : ""
        guard action.type.isApproval else { return "The action \(place) runs since \(since)\(ending)." }
        let until = action.deadline.map { ", and expires at \(InstantText.text($0))" } ?? ""
        return "The approval \(place) waits for an answer since \(since)\(until)\(ending)."
    }

    private func label(_ id: String) -> String { executions[id]?.label ?? id }
}
