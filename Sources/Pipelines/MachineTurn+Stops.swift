// SPDX-License-Identifier: Apache-2.0

/// Stops.
extension MachineTurn {
    mutating func stop(_ id: String, abandons: Bool, reason: String, by person: String) throws(PipelineRefusal) {
        guard let execution = machine.executions[id], !execution.status.isOver else {
            let state =
                machine.executions[id].map { "\($0.label) is \($0.status.rawValue)" } ?? "The execution \(id) is over"
            throw PipelineRefusal("PipelineExecutionNotStoppableException", "\(state), so there is nothing to stop.")
        }
        if execution.status == .stopping, !abandons {
            throw PipelineRefusal(
                "DuplicatedStopRequestException",
                "\(execution.label) is being stopped already, and waits for what runs. Stop it with abandoning to end that too."
            )
        }
        change(id) { execution in
            execution.stopReason = reason
            execution.stopRequestedBy = person
        }
        if execution.status != .stopping {
            change(id) { $0.status = .stopping }
            announce(id, "STOPPING", text: reason)
        }
        guard let (_, passage, _) = place(of: id), let stage = machine.executions[id]?.stage(passage.stage) else {
            for stage in machine.stages where stage.waiting.contains(id) {
                change(stage: stage.name) { $0.waiting.removeAll { $0 == id } }
            }
            return end(id, .stopped, summary: reason)
        }
        if let index = stage.conditions.lastIndex(where: { $0.status == .inProgress }) {
            // A rule may wait for days; there is nothing that its end could still decide.
            closeCondition(
                at: index,
                of: id,
                stage: stage.name,
                abandons ? .abandoned : .cancelled,
                "The execution was stopped."
            )
        }
        let running = stage.actions.filter { $0.status == .inProgress }
        if abandons {
            for action in running {
                remember(
                    action,
                    of: id,
                    stage: stage.name,
                    "it was abandoned at \(InstantText.text(time)), as \(person) stopped the execution"
                )
                abandon(action, of: id, stage: stage.name)
            }
        } else if !running.isEmpty {
            change(id, stage: stage.name) { $0.status = .stopping }
            return announce(id, "STOPPING", stage: stage.name, text: reason)
        }
        finishStop(id)
    }

    /// Nothing of an execution that is to stop runs any more.
    ///
    /// Its stage is Stopped even if all of its actions have succeeded: so a retry of the stage goes on from there.
    mutating func finishStop(_ id: String) {
        guard let (execution, passage, _) = place(of: id) else { return }
        leave(id, passage.stage, .stopped, state: "STOPPED", text: execution.stopReason)
        end(id, .stopped, summary: execution.stopReason)
    }
}
