// SPDX-License-Identifier: Apache-2.0

/// Deadlines.
extension MachineTurn {
    /// Ends what is due.
    mutating func expire() {
        let due = machine.deadlines.filter { $0.deadline <= time }.sorted {
            ($0.deadline, $0.id) < ($1.deadline, $1.id)
        }
        for (id, deadline) in due {
            // What came before may have ended it.
            if let (execution, stage, action) = runningAction(id) {
                expire(action, of: execution, stage: stage, deadline)
            } else if machine.running[id] != nil {
                endRule(
                    id,
                    .failed(.jobFailed, "The rule did not end by \(InstantText.text(deadline))."),
                    isCancelled: true
                )
            }
        }
    }

    /// Moves the beginnings and deadlines of what runs with the date.
    mutating func moveClock(by milliseconds: Int64) {
        for (id, execution) in machine.executions where !execution.status.isOver {
            change(id) { execution in
                execution.startedAt += milliseconds
                for index in execution.stages.indices where execution.stages[index].endedAt == nil {
                    execution.stages[index].move(by: milliseconds)
                }
            }
        }
    }

    private mutating func expire(_ action: ActionExecution, of id: String, stage: String, _ deadline: Int64) {
        var expired = action
        let limit = InstantText.duration(minutes: Int((deadline - action.startedAt) / 60_000))
        let message: String
        if action.type.isApproval {
            remember(action, of: id, stage: stage, "it expired at \(InstantText.text(deadline))")
            message = "Nobody approved or rejected within \(limit)."
        } else {
            expired.isCancelled = true
            add(.cancel(id: action.id))
            message = "The action did not end within \(limit), which is its timeout."
        }
        close(expired, of: id, stage: stage, .failed(.jobFailed, message))
        advance(id)
    }
}

extension StageExecution {
    fileprivate mutating func move(by milliseconds: Int64) {
        startedAt = startedAt.map { $0 + milliseconds }
        for index in actions.indices where actions[index].status == .inProgress {
            actions[index].startedAt += milliseconds
            actions[index].deadline = actions[index].deadline.map { $0 + milliseconds }
        }
        for index in conditions.indices where conditions[index].status == .inProgress {
            conditions[index].move(by: milliseconds)
        }
    }
}

extension ConditionExecution {
    fileprivate mutating func move(by milliseconds: Int64) {
        startedAt += milliseconds
        for index in rules.indices where rules[index].status == .inProgress {
            rules[index].startedAt += milliseconds
            rules[index].deadline = rules[index].deadline.map { $0 + milliseconds }
        }
    }
}

extension PipelineMachine {
    /// When what runs is to end: ids of actions and rules with their deadlines.
    var deadlines: [(id: String, deadline: Int64)] {
        guard !running.isEmpty else { return [] }
        var deadlines: [(id: String, deadline: Int64)] = []
        for id in Set(running.values) {
            guard let passage = passages[id], let stage = executions[id]?.stage(passage.stage) else { continue }
            for action in stage.actions where action.status == .inProgress {
                if let deadline = action.deadline { deadlines.append((action.id, deadline)) }
            }
            for rule in stage.conditions.flatMap(\.rules) where rule.status == .inProgress {
                if let deadline = rule.deadline { deadlines.append((rule.id, deadline)) }
            }
        }
        return deadlines
    }
}
