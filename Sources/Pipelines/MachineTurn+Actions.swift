// SPDX-License-Identifier: Apache-2.0

/// The actions of a stage: groups of one run order, one after the other.
extension MachineTurn {
    /// How many bytes the output variables of one action may have (CodePipeline user guide, "Quotas").
    private static let outputLimit = 122_880

    /// Looks what follows in the actions of a stage: waits, starts the next group, or ends the stage.
    mutating func advance(_ id: String) {
        while let (execution, passage, declaration) = place(of: id), passage.phase == .actions {
            let attempts = execution.attempts(passage)
            if attempts.values.contains(where: { $0.status == .inProgress }) { return }
            if execution.status == .stopping { return finishStop(id) }
            let failed = declaration.actions.compactMap { attempts[$0.name] }.filter { $0.status != .succeeded }
            if !failed.isEmpty { return failStage(id, failed) }
            let open = declaration.actions.filter { attempts[$0.name] == nil }
            guard let order = open.map(\.runOrder).min() else { return succeed(id) }
            for action in open where action.runOrder == order { start(action, of: id) }
        }
    }

    private mutating func succeed(_ id: String) {
        guard let (execution, passage, declaration) = place(of: id) else { return }
        if let condition = declaration.onSuccess, !execution.isRollback {
            machine.passages[id]?.phase = .success
            begin(condition, .onSuccess, of: id, stage: passage.stage)
        } else {
            completeStage(id)
        }
    }

    // MARK: - Begin

    /// Begins an attempt of an action; one whose variables or inputs are missing fails at once, and its provider never
    /// hears of it.
    mutating func start(_ declaration: ActionDeclaration, of id: String) {
        guard let (execution, passage, _) = place(of: id) else { return }
        let actionID = makeUUID()
        let limit = ActionTimeout.milliseconds(declared: declaration.timeoutInMinutes, of: declaration.type)
        var action = ActionExecution(
            id: actionID,
            name: declaration.name,
            type: declaration.type,
            status: .inProgress,
            startedAt: time,
            updatedAt: time,
            configuration: declaration.configuration,
            resolvedConfiguration: [:],
            inputs: [],
            namespace: declaration.namespace,
            deadline: time + limit,
            output: ActionOutput(),
            isCancelled: false
        )
        var order: ActionOrder?
        do throws(VariableResolver.Problem) {
            let needs = try OrderNeeds(declaration, in: execution)
            action.resolvedConfiguration = needs.configuration
            action.inputs = try needs.inputs(of: execution, definition: machine.definitions[execution.version])
            if !declaration.type.isApproval {
                order = makeOrder(declaration, action, needs, execution: execution, stage: passage.stage)
            }
        } catch {
            action.status = .failed
            action.deadline = nil
            action.failure = ActionFailure(.configurationError, error.message)
        }
        if declaration.type.isApproval, action.status == .inProgress {
            let token = makeUUID()
            action.token = token
            if execution.mode == .parallel { action.output.externalID = token }
        }
        change(id, stage: passage.stage) { $0.actions.append(action) }
        announce(action, of: id, stage: passage.stage, state: "STARTED")
        if let failure = action.failure {
            return announce(action, of: id, stage: passage.stage, state: "FAILED", text: failure.message)
        }
        machine.running[actionID] = id
        if let order { return add(.run(order)) }
        let data = action.resolvedConfiguration["CustomData"]
        announce(action, of: id, stage: passage.stage, state: "STARTED", text: data, as: .approvalNeeded)
    }

    private mutating func makeOrder(
        _ declaration: ActionDeclaration,
        _ action: ActionExecution,
        _ needs: OrderNeeds,
        execution: PipelineExecution,
        stage: String
    ) -> ActionOrder {
        var outputs: [ActionOrder.OutputOrder] = []
        for output in declaration.outputArtifacts {
            let key = RandomText.objectKey(pipeline: execution.pipeline, artifact: output.name, bits: random.next())
            outputs.append(ActionOrder.OutputOrder(name: output.name, files: output.files, key: key))
        }
        return ActionOrder(
            id: action.id,
            pipeline: execution.pipeline,
            version: execution.version,
            execution: execution.id,
            executionNumber: execution.number,
            stage: stage,
            name: declaration.name,
            type: declaration.type,
            configuration: needs.configuration,
            commands: needs.commands,
            environmentVariables: needs.environmentVariables,
            outputVariables: declaration.outputVariables,
            inputs: action.inputs,
            outputs: outputs,
            revision: declaration.type.isSource ? execution.revisions[declaration.name] : nil,
            deadline: action.deadline
        )
    }

    // MARK: - Progress and end

    /// What is known of an action that runs.
    mutating func progress(_ actionID: String, _ output: ActionOutput) {
        guard let (id, stage, _) = runningAction(actionID) else { return }
        change(id, stage: stage) { [time] stage in
            guard let index = stage.actions.firstIndex(where: { $0.id == actionID }) else { return }
            stage.actions[index].updatedAt = time
            if let known = output.externalID { stage.actions[index].output.externalID = known }
            if let known = output.externalURL { stage.actions[index].output.externalURL = known }
            if let known = output.summary { stage.actions[index].output.summary = known }
            if let known = output.revision { stage.actions[index].output.revision = known }
        }
    }

    /// An action or a rule has ended.
    mutating func end(_ actionID: String, _ outcome: ActionOutcome) {
        if let (id, stage, action) = runningAction(actionID) {
            guard !action.type.isApproval else { return }
            close(action, of: id, stage: stage, outcome)
            advance(id)
        } else {
            endRule(actionID, outcome)
        }
    }

    /// Writes down the end of an action; what follows is `advance`'s.
    mutating func close(
        _ action: ActionExecution,
        of id: String,
        stage name: String,
        _ outcome: ActionOutcome,
        by person: String? = nil,
        approval: ApprovalRecord? = nil
    ) {
        let outcome = Self.limited(outcome, of: action)
        machine.running[action.id] = nil
        let known = action.output
        var ended = action
        ended.status = outcome.failure == nil ? .succeeded : .failed
        ended.updatedAt = time
        ended.updatedBy = person ?? action.updatedBy
        ended.token = nil
        ended.deadline = nil
        ended.failure = outcome.failure
        ended.approval = approval
        ended.output = outcome.output
        ended.output.externalID = outcome.output.externalID ?? known.externalID
        ended.output.externalURL = outcome.output.externalURL ?? known.externalURL
        ended.output.summary = outcome.output.summary ?? known.summary
        ended.output.revision = outcome.output.revision ?? known.revision
        let declared = place(of: id)?.2.actions.first { $0.name == action.name }?.outputArtifacts.map(\.name) ?? []
        change(id) { execution in
            if ended.status == .succeeded {
                for artifact in ended.output.artifacts where declared.contains(artifact.name) {
                    execution.artifacts[artifact.name] = artifact
                }
                if action.type.isSource, let revision = ended.output.revision {
                    execution.revisions[action.name] = revision
                }
            }
            // Also of a failed one: a condition on the failure may look at what it has said.
            if let namespace = action.namespace, ended.status == .succeeded || !ended.output.variables.isEmpty {
                execution.outputVariables[namespace] = ended.output.variables
            }
            guard let stage = execution.stages.firstIndex(where: { $0.name == name }),
                let index = execution.stages[stage].actions.firstIndex(where: { $0.id == action.id })
            else { return }
            execution.stages[stage].actions[index] = ended
        }
        let state = ended.status == .succeeded ? "SUCCEEDED" : "FAILED"
        announce(ended, of: id, stage: name, state: state, text: ended.failure?.message)
    }

    /// Ends an action before its time: its provider is told to, and nothing of it counts.
    mutating func abandon(_ action: ActionExecution, of id: String, stage name: String) {
        machine.running[action.id] = nil
        change(id, stage: name) { [time] stage in
            guard let index = stage.actions.firstIndex(where: { $0.id == action.id }) else { return }
            stage.actions[index].status = .abandoned
            stage.actions[index].updatedAt = time
            stage.actions[index].token = nil
            stage.actions[index].deadline = nil
            stage.actions[index].isCancelled = true
        }
        if !action.type.isApproval { add(.cancel(id: action.id)) }
        announce(action, of: id, stage: name, state: "ABANDONED")
    }

    /// An action that runs: its execution, its stage, itself.
    func runningAction(_ actionID: String) -> (String, String, ActionExecution)? {
        guard let id = machine.running[actionID], let (execution, passage, _) = place(of: id),
            let stage = execution.stage(passage.stage),
            let action = stage.actions.last(where: { $0.id == actionID && $0.status == .inProgress })
        else { return nil }
        return (id, passage.stage, action)
    }

    /// An outcome whose variables are too large is a failure.
    private static func limited(_ outcome: ActionOutcome, of action: ActionExecution) -> ActionOutcome {
        let size = outcome.output.variables.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard size > outputLimit else { return outcome }
        var limited = outcome
        limited.output.variables = [:]
        limited.failure =
            outcome.failure
            ?? ActionFailure(
                .jobFailed,
                "The output variables of the action `\(action.name)` have \(size) bytes, and \(outputLimit) are allowed. Put "
                    + "large values into an output artifact."
            )
        return limited
    }
}

extension PipelineExecution {
    /// A stage of it.
    package func stage(_ name: String) -> StageExecution? { stages.first { $0.name == name } }

    /// By name: the last attempt of each action that counts in a passage through a stage.
    func attempts(_ passage: StagePassage) -> [String: ActionExecution] {
        guard let stage = stage(passage.stage) else { return [:] }
        var attempts: [String: ActionExecution] = [:]
        for action in stage.actions.dropFirst(passage.base) { attempts[action.name] = action }
        return attempts
    }
}
