// SPDX-License-Identifier: Apache-2.0

/// Rollbacks: new executions of one stage, with the sources, variables and artifacts of one that succeeded in it.
///
/// They pass a closed transition, as somebody wants just this stage now, and know no conditions.
extension MachineTurn {
    mutating func rollBack(
        _ stage: String,
        to target: PipelineExecution,
        id: String,
        number: Int64,
        by person: String
    ) throws(PipelineRefusal) {
        let definition = machine.definition
        guard let index = definition.stages.firstIndex(where: { $0.name == stage }) else {
            throw PipelineRefusal(
                "StageNotFoundException",
                "The pipeline \(definition.name) has no stage `\(stage)`. Its stages are: "
                    + "\(definition.stages.map(\.name).joined(separator: ", "))."
            )
        }
        guard target.pipeline == definition.name else {
            throw PipelineRefusal(
                "PipelineExecutionNotFoundException",
                "\(target.label) is not an execution of the pipeline \(definition.name)."
            )
        }
        try refuseKnown(id)
        guard target.version == definition.version else {
            throw PipelineRefusal(
                "PipelineExecutionOutdatedException",
                "\(target.label) ran with version \(target.version) of the pipeline, which is now at \(definition.version). "
                    + "Choose an execution of the current version, or start a new one with the revisions of \(target.label)."
            )
        }
        let reason: String? =
            if definition.executionMode == .parallel || target.mode == .parallel {
                "a pipeline of mode PARALLEL cannot be rolled back. Start a new execution with the revisions of \(target.label)."
            } else if index == 0 {
                "it is the source stage. Start a new execution with the revisions of \(target.label)."
            } else if target.isRollback {
                "\(target.label) is itself a rollback. Choose the execution that it went back to."
            } else if target.stage(stage)?.status != .succeeded {
                "\(target.label) has not succeeded in it. Choose an execution that has."
            } else if let occupant = machine.stage(stage)?.occupant {
                "\(label(occupant)) is in it. Stop that one, or wait for its end."
            } else {
                nil
            }
        if let reason {
            throw PipelineRefusal(
                "UnableToRollbackStageException",
                "The stage `\(stage)` of the pipeline \(definition.name) cannot be rolled back: \(reason)"
            )
        }
        let trigger = ExecutionTrigger(.manualRollback, detail: person)
        startRollback(from: target, stage: stage, id: id, number: number, trigger: trigger)
    }

    /// Fails the execution, and rolls its stage back to what last succeeded in it.
    mutating func rollBackByItself(_ id: String, _ summary: String) {
        guard let (execution, passage, _) = place(of: id) else { return }
        let last = machine.lastSucceeded[passage.stage].flatMap { machine.executions[$0] }
        guard let last, last.version == execution.version, execution.mode != .parallel else {
            let reason =
                if execution.mode == .parallel {
                    "a pipeline of mode PARALLEL cannot be rolled back"
                } else if let last {
                    "\(last.label), which succeeded last in the stage, ran with another version of the pipeline"
                } else {
                    "no execution has succeeded in the stage before"
                }
            return giveUp(id, "\(summary) It was not rolled back: \(reason).")
        }
        giveUp(id, summary)
        // Before anybody who waits: moves are made when this is done, and the lock is taken then.
        let trigger = ExecutionTrigger(
            .automatedRollback,
            detail: "\(execution.label) failed in the stage \(passage.stage)"
        )
        startRollback(
            from: last,
            stage: passage.stage,
            id: makeUUID(),
            number: machine.lastNumber + 1,
            trigger: trigger
        )
    }

    private mutating func startRollback(
        from target: PipelineExecution,
        stage: String,
        id: String,
        number: Int64,
        trigger: ExecutionTrigger
    ) {
        let execution = PipelineExecution(
            id: id,
            pipeline: target.pipeline,
            number: max(number, machine.lastNumber + 1),
            version: target.version,
            mode: target.mode,
            status: .inProgress,
            trigger: trigger,
            // What was rolled back to, when that was a rollback itself: AWS knows no rollback to a rollback.
            rollbackTarget: target.rollbackTarget ?? target.id,
            startedAt: time,
            updatedAt: time,
            variables: target.variables,
            revisions: target.revisions,
            stages: target.stages.map { StageExecution(name: $0.name) },
            artifacts: target.artifacts,
            outputVariables: target.outputVariables
        )
        insert(execution)
        announce(id, "STARTED")
        enter(id, stage)
    }
}
