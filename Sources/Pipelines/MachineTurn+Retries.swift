// SPDX-License-Identifier: Apache-2.0

/// Retries by people, and what they have in common with those by the pipeline itself.
extension MachineTurn {
    /// How often people may retry a stage of one execution: its record, which grows with each attempt, is written whole at each
    /// change.
    private static let manualLimit = 100

    mutating func retry(_ id: String, stage name: String, mode: RetryMode) throws(PipelineRefusal) {
        let execution = try retryable(id, stage: name)
        guard let stage = execution.stage(name) else {
            throw PipelineRefusal("StageNotFoundException", "\(execution.label) has no stage `\(name)`.")
        }
        try refuseUnretryable(stage, of: execution, mode: mode)
        let isOver = execution.status.isOver
        if isOver { try refuseTooMany(of: execution.mode) }
        change(id, stage: name) { stage in
            stage.manualRetries += 1
            stage.latestRetryTrigger = "ManualStageRetry"
        }
        if isOver { resume(id, stage: name) }
        repeatActions(id, mode)
    }

    /// The execution, when it is the latest of a stage.
    func retryable(_ id: String, stage name: String) throws(PipelineRefusal) -> PipelineExecution {
        let latest = machine.stage(name)?.latest
        if let execution = machine.executions[id] {
            guard execution.mode != .parallel, execution.stage(name)?.status != nil, latest != nil, latest != id else {
                return execution
            }
        }
        let newer =
            latest.map { "\(label($0)) has entered it since. Retry that one if it fails, or start" }
            ?? "it is over. Start"
        throw PipelineRefusal(
            "NotLatestPipelineExecutionException",
            "\(label(id)) is not the latest in the stage `\(name)`: \(newer) a new execution."
        )
    }

    private func refuseUnretryable(
        _ stage: StageExecution,
        of execution: PipelineExecution,
        mode: RetryMode
    ) throws(PipelineRefusal) {
        let reason: String
        switch (execution.status, stage.status) {
        case (.superseded, _): reason = "\(execution.label) was superseded. Start a new execution."
        case (.stopping, _): reason = "\(execution.label) is being stopped. Retry when it has stopped."
        case (_, nil):
            reason =
                "\(execution.label) has not entered the stage `\(stage.name)`, so there is nothing to retry. "
                + (execution.status.isOver ? "Start a new execution." : "It is waiting or before it.")
        case (_, .succeeded), (_, .skipped), (_, .cancelled):
            reason =
                "The stage `\(stage.name)` of \(execution.label) is \(stage.status?.rawValue ?? ""), not Failed. Only a stage "
                + "that has failed or was stopped can be retried."
        case (_, .inProgress), (_, .stopping):
            let passage = machine.passages[execution.id]
            let hasFailed =
                passage.map { passage in
                    passage.phase == .actions && execution.attempts(passage).values.contains { $0.status == .failed }
                } ?? false
            if hasFailed, mode == .failedActions { return }
            reason =
                hasFailed
                ? "Actions of the stage `\(stage.name)` of \(execution.label) are still in progress. Wait for their end, or retry "
                    + "FAILED_ACTIONS."
                : "The stage `\(stage.name)` of \(execution.label) is in progress, and nothing in it has failed."
        case (_, .failed), (_, .stopped):
            if stage.manualRetries >= Self.manualLimit {
                reason =
                    "The stage `\(stage.name)` of \(execution.label) was retried \(stage.manualRetries) times, which is as many as "
                    + "one execution may have. Start a new execution."
                break
            }
            guard machine.passages[execution.id]?.stage == stage.name else {
                reason = "What is needed to retry \(execution.label) is no longer there. Start a new execution."
                break
            }
            return
        }
        throw PipelineRefusal("StageNotRetryableException", reason)
    }

    /// Brings an execution that is over back into the stage where it ended.
    mutating func resume(_ id: String, stage name: String) {
        guard let execution = machine.executions[id] else { return }
        takeLock(of: name, for: execution)
        machine.retryable.removeAll { $0 == id }
        change(id) { execution in
            execution.status = .inProgress
            execution.statusSummary = nil
            execution.stopReason = nil
            execution.stopRequestedBy = nil
        }
        change(id, stage: name) { stage in
            stage.status = .inProgress
            stage.endedAt = nil
        }
        announce(id, "RESUMED")
        announce(id, "RESUMED", stage: name)
    }

    /// Runs the actions of a stage again: those that have failed, or all from the first on.
    ///
    /// An attempt that never came to the actions, as `beforeEntry` did not hold, begins there again.
    mutating func repeatActions(_ id: String, _ mode: RetryMode) {
        guard let (execution, passage, declaration) = place(of: id) else { return }
        if mode == .allActions {
            machine.passages[id]?.base = execution.stage(passage.stage)?.actions.count ?? 0
            return beginEntry(id)
        }
        if passage.phase == .entry { return beginEntry(id) }
        machine.passages[id]?.phase = .actions
        let attempts = execution.attempts(passage)
        for action in declaration.actions {
            if let status = attempts[action.name]?.status, status == .failed || status == .abandoned {
                start(action, of: id)
            }
        }
        advance(id)
    }
}
