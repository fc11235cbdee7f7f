// SPDX-License-Identifier: Apache-2.0

/// Answers to approvals: one counts, whoever is faster.
extension MachineTurn {
    mutating func take(_ answer: ApprovalAnswer) throws(PipelineRefusal) {
        try refuseUnknown(stage: answer.stage)
        let isKnown = machine.definitions.values.contains { definition in
            definition.stage(answer.stage)?.actions.contains { $0.name == answer.action } ?? false
        }
        guard isKnown else {
            throw PipelineRefusal(
                "ActionNotFoundException",
                "The stage `\(answer.stage)` of the pipeline \(machine.definition.name) has no action `\(answer.action)`."
            )
        }
        if let past = machine.answers.last(where: { $0.isAnswered(by: answer) }) {
            throw PipelineRefusal(
                "ApprovalAlreadyCompletedException",
                "The approval `\(past.action)` of \(past.execution) is over: \(past.outcome). Nothing was changed."
            )
        }
        guard let (id, stage, action) = waitingApproval(answer.token), stage == answer.stage,
            action.name == answer.action
        else {
            throw PipelineRefusal(
                "InvalidApprovalTokenException",
                "The token is not that of a waiting approval `\(answer.action)` in the stage `\(answer.stage)` of the pipeline "
                    + "\(machine.definition.name). Each attempt has a token of its own: read the pipeline's state again."
            )
        }
        if let deadline = action.deadline, deadline <= time {
            throw PipelineRefusal(
                "ApprovalAlreadyCompletedException",
                "The approval `\(action.name)` of \(label(id)) is over: it expired at \(InstantText.text(deadline)). Retry the "
                    + "stage to be asked again."
            )
        }
        let record = ApprovalRecord(
            isApproved: answer.isApproved,
            comment: answer.comment,
            person: answer.person,
            at: time
        )
        var outcome = ActionOutcome()
        outcome.output.summary = answer.comment.isEmpty ? nil : answer.comment
        let word = answer.isApproved ? "approved" : "rejected"
        let comment = answer.comment.isEmpty ? "" : ": \(answer.comment)"
        if !answer.isApproved {
            outcome.failure = ActionFailure(.jobFailed, "\(answer.person) rejected it\(comment)")
        }
        remember(action, of: id, stage: stage, "\(answer.person) \(word) it at \(InstantText.text(time))\(comment)")
        close(action, of: id, stage: stage, outcome, by: answer.person, approval: record)
        advance(id)
    }

    /// Keeps what became of an approval for those who answer late.
    mutating func remember(_ action: ActionExecution, of id: String, stage: String, _ outcome: String) {
        guard let token = action.token else { return }
        machine.remember(
            AnsweredApproval(token: token, stage: stage, action: action.name, execution: label(id), outcome: outcome)
        )
    }

    /// What people call an execution.
    func label(_ id: String) -> String { machine.executions[id]?.label ?? id }

    private func waitingApproval(_ token: String) -> (String, String, ActionExecution)? {
        for actionID in machine.running.keys {
            if let found = runningAction(actionID), found.2.type.isApproval, found.2.token == token { return found }
        }
        return nil
    }
}

extension AnsweredApproval {
    fileprivate func isAnswered(by answer: ApprovalAnswer) -> Bool {
        token == answer.token && stage == answer.stage && action == answer.action
    }
}
