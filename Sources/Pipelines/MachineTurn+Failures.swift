// SPDX-License-Identifier: Apache-2.0

/// What follows when a stage has failed.
///
/// `onFailure` acts on failed actions alone: `beforeEntry` and `onSuccess` say themselves what follows when they do not hold.
extension MachineTurn {
    /// Actions have failed, and nothing of the stage runs any more.
    mutating func failStage(_ id: String, _ failed: [ActionExecution]) {
        guard let (execution, passage, declaration) = place(of: id) else { return }
        guard let conditions = declaration.onFailure, !execution.isRollback else {
            return giveUp(id, Self.summary(failed))
        }
        let result = conditions.condition?.result ?? conditions.result ?? .fail
        if result == .retry, let stage = execution.stage(passage.stage), stage.automaticRetries > 0 {
            return giveUp(id, Self.summary(failed) + " It was retried by itself once.")
        }
        guard let condition = conditions.condition else { return engage(result, id, Self.summary(failed)) }
        machine.passages[id]?.phase = .failure
        begin(condition, .onFailure, of: id, stage: passage.stage)
    }

    /// The condition of `onFailure` has ended.
    mutating func concludeFailure(_ id: String, _ condition: ConditionExecution) {
        guard let (execution, passage, _) = place(of: id) else { return }
        machine.passages[id]?.phase = .actions
        let failed = execution.attempts(passage).values.filter { $0.status != .succeeded }.sorted { $0.name < $1.name }
        let result: ConditionResult = condition.status == .succeeded ? condition.result : .fail
        engage(result, id, Self.summary(failed))
    }

    private mutating func engage(_ result: ConditionResult, _ id: String, _ summary: String) {
        guard let (_, passage, declaration) = place(of: id) else { return }
        switch result {
        case .fail: giveUp(id, summary)
        case .skip: skipStage(id)
        case .rollback: rollBackByItself(id, summary)
        case .retry:
            change(id, stage: passage.stage) { stage in
                stage.automaticRetries += 1
                stage.latestRetryTrigger = "AutomatedStageRetry"
            }
            announce(id, "RESUMED", stage: passage.stage, text: summary)
            repeatActions(id, declaration.onFailure?.retryMode ?? .failedActions)
        }
    }

    /// The stage fails, and so does the execution.
    mutating func giveUp(_ id: String, _ summary: String) {
        guard let (_, passage, _) = place(of: id) else { return }
        leave(id, passage.stage, .failed, state: "FAILED", text: summary)
        end(id, .failed, summary: "The stage `\(passage.stage)` failed. \(summary)")
    }

    private static func summary(_ failed: [ActionExecution]) -> String {
        let names = failed.map { action in
            "`\(action.name)`" + (action.failure.map { ": \($0.message)" } ?? " was abandoned.")
        }
        return names.count == 1 ? "The action \(names.joined())" : "Actions failed: \(Sentences.joined(names))"
    }
}
