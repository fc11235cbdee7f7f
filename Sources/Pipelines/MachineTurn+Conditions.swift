// SPDX-License-Identifier: Apache-2.0

/// Conditions of stages: `VariableCheck` is decided here, other rules are begun like actions.
///
/// A condition holds when all of its rules succeed; the first that does not ends it, and the others with it. A rule that
/// could not be evaluated (its failure is not `JobFailed`) makes the condition Errored, which fails the stage whatever the
/// condition's result is. The result of `onFailure` follows when its condition holds.
extension MachineTurn {
    /// Begins a condition of the stage in which an execution is.
    mutating func begin(_ condition: ConditionDeclaration, _ kind: ConditionKind, of id: String, stage name: String) {
        guard let execution = machine.executions[id] else { return }
        var started = ConditionExecution(
            kind: kind,
            status: .inProgress,
            result: condition.result,
            startedAt: time,
            updatedAt: time,
            rules: []
        )
        var orders: [ActionOrder] = []
        for declaration in condition.rules {
            let (rule, order) = prepare(declaration, of: execution, stage: name)
            started.rules.append(rule)
            if let order { orders.append(order) }
        }
        let problem = started.rules.first { $0.failure != nil }
        if problem != nil {
            // What has not been begun need not be ended.
            started.rules.removeAll { $0.status == .inProgress }
            orders = []
        }
        change(id, stage: name) { $0.conditions.append(started) }
        for order in orders {
            machine.running[order.id] = id
            add(.runRule(order))
        }
        let index = (machine.executions[id]?.stage(name)?.conditions.count ?? 1) - 1
        if let problem {
            conclude(index, of: id, stage: name, failed: problem)
        } else if orders.isEmpty {
            conclude(index, of: id, stage: name)
        }
    }

    private mutating func prepare(
        _ declaration: RuleDeclaration,
        of execution: PipelineExecution,
        stage: String
    ) -> (ConditionExecution.Rule, ActionOrder?) {
        var rule = ConditionExecution.Rule(
            id: makeUUID(),
            name: declaration.name,
            provider: declaration.provider,
            status: .inProgress,
            startedAt: time,
            updatedAt: time,
            resolvedConfiguration: [:]
        )
        var order: ActionOrder?
        do throws(VariableResolver.Problem) {
            let needs = try OrderNeeds(declaration, in: execution)
            rule.resolvedConfiguration = needs.configuration
            let inputs = try needs.inputs(of: execution, definition: machine.definitions[execution.version])
            if declaration.provider == VariableCheck.provider {
                rule.failure = VariableCheck.failure(needs.configuration)
                rule.status = rule.failure == nil ? .succeeded : .failed
            } else {
                let type = ActionTypeID(category: "Rule", provider: declaration.provider)
                rule.deadline = time + ActionTimeout.milliseconds(declared: declaration.timeoutInMinutes, of: type)
                order = ActionOrder(
                    id: rule.id,
                    pipeline: execution.pipeline,
                    version: execution.version,
                    execution: execution.id,
                    executionNumber: execution.number,
                    stage: stage,
                    name: declaration.name,
                    type: type,
                    configuration: needs.configuration,
                    commands: needs.commands,
                    environmentVariables: needs.environmentVariables,
                    outputVariables: [],
                    inputs: inputs,
                    outputs: [],
                    deadline: rule.deadline
                )
            }
        } catch {
            rule.status = .failed
            rule.failure = ActionFailure(.configurationError, error.message)
        }
        return (rule, order)
    }

    /// A rule has ended.
    mutating func endRule(_ ruleID: String, _ outcome: ActionOutcome, isCancelled: Bool = false) {
        guard let id = machine.running[ruleID], let (execution, passage, _) = place(of: id),
            let stage = execution.stage(passage.stage),
            let index = stage.conditions.lastIndex(where: { $0.status == .inProgress }),
            var rule = stage.conditions[index].rules.first(where: { $0.id == ruleID })
        else { return }
        machine.running[ruleID] = nil
        if isCancelled { add(.cancel(id: ruleID)) }
        rule.status = outcome.failure == nil ? .succeeded : .failed
        rule.updatedAt = time
        rule.summary = outcome.output.summary
        rule.failure = outcome.failure
        rule.deadline = nil
        change(id, stage: stage.name) { [time] stage in
            guard let place = stage.conditions[index].rules.firstIndex(where: { $0.id == ruleID }) else { return }
            stage.conditions[index].rules[place] = rule
            stage.conditions[index].updatedAt = time
        }
        if rule.failure != nil {
            conclude(index, of: id, stage: stage.name, failed: rule)
        } else if stage.conditions[index].rules.allSatisfy({ $0.id == ruleID || $0.status == .succeeded }) {
            conclude(index, of: id, stage: stage.name)
        }
    }

    /// The condition is decided: `rule` has failed, or all have succeeded.
    private mutating func conclude(
        _ index: Int,
        of id: String,
        stage name: String,
        failed rule: ConditionExecution.Rule? = nil
    ) {
        if let rule, let failure = rule.failure {
            let status: ConditionStatus = failure.code == .jobFailed ? .failed : .errored
            closeCondition(at: index, of: id, stage: name, status, "The rule `\(rule.name)`: \(failure.message)")
        } else {
            closeCondition(at: index, of: id, stage: name, .succeeded, nil)
        }
        guard let condition = machine.executions[id]?.stage(name)?.conditions[index] else { return }
        proceed(after: condition, of: id)
    }

    /// Writes down the end of a condition, and ends the rules of it that still run.
    mutating func closeCondition(
        at index: Int,
        of id: String,
        stage name: String,
        _ status: ConditionStatus,
        _ summary: String?
    ) {
        guard let condition = machine.executions[id]?.stage(name)?.conditions[index] else { return }
        for rule in condition.rules where rule.status == .inProgress {
            machine.running[rule.id] = nil
            add(.cancel(id: rule.id))
        }
        change(id, stage: name) { [time] stage in
            stage.conditions[index].status = status
            stage.conditions[index].summary = summary
            stage.conditions[index].updatedAt = time
            for rule in stage.conditions[index].rules.indices
            where stage.conditions[index].rules[rule].status == .inProgress {
                stage.conditions[index].rules[rule].status = .abandoned
                stage.conditions[index].rules[rule].updatedAt = time
                stage.conditions[index].rules[rule].deadline = nil
            }
        }
    }

    /// What follows from a condition that has ended.
    mutating func proceed(after condition: ConditionExecution, of id: String) {
        let holds = condition.status == .succeeded || condition.status == .overridden
        let summary = "Its \(condition.kind.word) condition does not hold. \(condition.summary ?? "")"
        switch condition.kind {
        case .onFailure: concludeFailure(id, condition)
        case .beforeEntry where holds:
            machine.passages[id]?.phase = .actions
            advance(id)
        case .onSuccess where holds: completeStage(id)
        case .beforeEntry where condition.status == .failed && condition.result == .skip: skipStage(id)
        case .onSuccess where condition.status == .failed && condition.result == .rollback:
            rollBackByItself(id, summary)
        case .beforeEntry, .onSuccess: giveUp(id, summary)
        }
    }

    // MARK: - Override

    mutating func override(
        _ kind: ConditionKind,
        of id: String,
        stage name: String,
        by person: String
    ) throws(PipelineRefusal) {
        let execution = try retryable(id, stage: name)
        guard let stage = execution.stage(name) else {
            throw PipelineRefusal("StageNotFoundException", "\(execution.label) has no stage `\(name)`.")
        }
        let index = stage.conditions.endIndex - 1
        guard kind != .onFailure, let condition = stage.conditions.last, condition.kind == kind,
            condition.status == .inProgress || condition.isOverridable(in: stage)
        else {
            throw PipelineRefusal(
                "ConditionNotOverridableException",
                "The stage `\(name)` of \(execution.label) is not held or failed by its \(kind.word) condition, so there is "
                    + "nothing to override."
            )
        }
        if execution.status.isOver {
            try refuseTooMany(of: execution.mode)
            resume(id, stage: name)
        }
        closeCondition(at: index, of: id, stage: name, .overridden, "\(person) has overridden it.")
        guard let overridden = machine.executions[id]?.stage(name)?.conditions[index] else { return }
        proceed(after: overridden, of: id)
    }
}

extension ConditionExecution {
    /// Whether its stage has failed of it.
    fileprivate func isOverridable(in stage: StageExecution) -> Bool {
        stage.status == .failed && (status == .failed || status == .errored)
    }
}

extension ConditionKind {
    /// The member of a stage's declaration.
    var word: String {
        switch self {
        case .beforeEntry: "beforeEntry"
        case .onSuccess: "onSuccess"
        case .onFailure: "onFailure"
        }
    }
}
