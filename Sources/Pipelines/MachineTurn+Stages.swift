// SPDX-License-Identifier: Apache-2.0

/// Locks, waiting places and transitions: how executions come from stage to stage.
///
/// Modes count by execution, as each keeps the one that it was started with: one of mode SUPERSEDED replaces only others of
/// that mode, those of QUEUED keep their order, those of PARALLEL know neither locks nor order and are held by a closed
/// transition alone.
extension MachineTurn {
    /// An execution has come to a stage that it has not been in: it takes a waiting place, and enters if it may.
    mutating func arrive(_ id: String, at name: String) {
        guard let execution = machine.executions[id], execution.status == .inProgress else { return }
        machine.addStage(name)
        // Whoever waits before a free stage goes first, or the newcomer would supersede it without need.
        admit(to: name)
        if execution.mode == .superseded, let waiting = machine.stage(name)?.waiting {
            for rival in waiting.compactMap({ machine.executions[$0] }) where rival.mode == .superseded {
                let isNewer = rival.number > execution.number
                supersede(isNewer ? execution : rival, by: isNewer ? rival : execution, at: name)
                guard !isNewer else { return }
            }
        }
        change(stage: name) { $0.waiting.append(id) }
        admit(to: name)
    }

    private mutating func supersede(_ old: PipelineExecution, by new: PipelineExecution, at stage: String) {
        change(stage: stage) { $0.waiting.removeAll { $0 == old.id } }
        end(
            old.id,
            .superseded,
            summary: "Superseded by \(new.label), which came to the stage `\(stage)` while it waited there."
        )
    }

    /// Lets in whoever may enter.
    mutating func admit(to name: String) {
        guard let stage = machine.stage(name), stage.transition.isEnabled else { return }
        for id in stage.waiting where machine.executions[id]?.mode == .parallel {
            change(stage: name) { $0.waiting.removeAll { $0 == id } }
            enter(id, name)
        }
        guard let stage = machine.stage(name), stage.occupant == nil, let first = stage.waiting.first else { return }
        change(stage: name) { $0.waiting.removeFirst() }
        enter(first, name)
    }

    /// Begins a stage for an execution; the lock is free.
    mutating func enter(_ id: String, _ name: String) {
        guard let execution = machine.executions[id] else { return }
        takeLock(of: name, for: execution)
        machine.passages[id] = StagePassage(stage: name, phase: .entry, base: 0)
        change(id, stage: name) { [time] stage in
            stage.status = .inProgress
            stage.startedAt = time
        }
        announce(id, "STARTED", stage: name)
        beginEntry(id)
    }

    /// Makes an execution the one that is in a stage.
    mutating func takeLock(of name: String, for execution: PipelineExecution) {
        mayForget = true
        machine.addStage(name)
        change(stage: name) { stage in
            stage.latest = execution.id
            if execution.mode != .parallel { stage.occupant = execution.id }
        }
    }

    /// Evaluates `beforeEntry`, or begins the actions at once.
    ///
    /// A rollback has no conditions: it must not wait, nor roll back.
    mutating func beginEntry(_ id: String) {
        guard let (execution, passage, declaration) = place(of: id) else { return }
        if let condition = declaration.beforeEntry, !execution.isRollback {
            machine.passages[id]?.phase = .entry
            begin(condition, .beforeEntry, of: id, stage: passage.stage)
        } else {
            machine.passages[id]?.phase = .actions
            advance(id)
        }
    }

    /// Where an execution is, or was last.
    func place(of id: String) -> (PipelineExecution, StagePassage, StageDeclaration)? {
        guard let execution = machine.executions[id], let passage = machine.passages[id],
            let declaration = machine.definitions[execution.version]?.stage(passage.stage)
        else { return nil }
        return (execution, passage, declaration)
    }

    /// Ends a stage for an execution and frees it.
    mutating func leave(_ id: String, _ name: String, _ status: StageStatus, state: String, text: String? = nil) {
        change(id, stage: name) { [time] stage in
            stage.status = status
            stage.endedAt = time
        }
        announce(id, state, stage: name, text: text)
        change(stage: name) { stage in
            if stage.occupant == id { stage.occupant = nil }
        }
        willAdmit(to: name)
    }

    /// The stage has succeeded, its conditions included.
    mutating func completeStage(_ id: String) {
        guard let (execution, passage, _) = place(of: id) else { return }
        leave(id, passage.stage, .succeeded, state: "SUCCEEDED")
        mayForget = true
        if execution.mode != .parallel { machine.lastSucceeded[passage.stage] = id }
        moveOn(id)
    }

    /// The stage is passed over.
    mutating func skipStage(_ id: String) {
        guard let (_, passage, _) = place(of: id) else { return }
        leave(id, passage.stage, .skipped, state: "SKIPPED")
        moveOn(id)
    }

    private mutating func moveOn(_ id: String) {
        guard let (execution, passage, _) = place(of: id) else { return }
        let index = execution.stages.firstIndex { $0.name == passage.stage } ?? execution.stages.endIndex
        guard !execution.isRollback, execution.stages.indices.contains(index + 1) else {
            end(id, .succeeded, summary: nil)
            return
        }
        machine.passages[id] = nil
        willArrive(id, at: execution.stages[index + 1].name)
    }

    /// Ends an execution; its stages have ended.
    mutating func end(_ id: String, _ status: ExecutionStatus, summary: String?) {
        guard let execution = machine.executions[id] else { return }
        change(id) { execution in
            execution.status = status
            execution.statusSummary = summary
        }
        mayForget = true
        if execution.mode == .parallel, status == .failed || status == .stopped { machine.keepForRetry(id) }
        let states: [ExecutionStatus: String] = [
            .succeeded: "SUCCEEDED", .failed: "FAILED", .stopped: "STOPPED", .superseded: "SUPERSEDED",
        ]
        announce(id, states[status] ?? "CANCELED", text: summary)
    }

    // MARK: - Transitions

    mutating func setTransition(
        of name: String,
        isEnabled: Bool,
        reason: String,
        by person: String
    ) throws(PipelineRefusal) {
        try refuseUnknown(stage: name)
        machine.addStage(name)
        change(stage: name) { [time] stage in
            stage.transition.isEnabled = isEnabled
            stage.transition.reason = isEnabled ? nil : reason
            stage.transition.changedBy = person
            stage.transition.changedAt = time
        }
        willAdmit(to: name)
    }

    /// Refuses a stage that no definition in use has.
    func refuseUnknown(stage name: String) throws(PipelineRefusal) {
        let names = machine.stageNames
        guard !names.contains(name) else { return }
        throw PipelineRefusal(
            "StageNotFoundException",
            "The pipeline \(machine.definition.name) has no stage `\(name)`. Its stages are: \(names.joined(separator: ", "))."
        )
    }
}
