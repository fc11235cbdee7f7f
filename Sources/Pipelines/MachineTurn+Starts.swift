// SPDX-License-Identifier: Apache-2.0

/// Starts of executions, and new versions of the definition.
extension MachineTurn {
    /// How many executions of a pipeline of mode QUEUED or PARALLEL may be alive.
    private static let aliveLimit = 50
    /// How many characters the value of a pipeline's variable may have, in AWS's model.
    private static let variableLimit = 1000

    mutating func begin(_ start: ExecutionStart) throws(PipelineRefusal) {
        let definition = machine.definition
        guard let first = definition.stages.first else {
            throw PipelineRefusal(
                "ValidationException",
                "The pipeline \(definition.name) has no stages. Apply a definition that has some."
            )
        }
        try refuseKnown(start.id)
        // A person is told at once. Nobody hears the refusal of a push or a schedule, so that has an execution that tells it.
        var problem: PipelineRefusal?
        var variables = start.variables
        do throws(PipelineRefusal) {
            variables = try self.variables(given: start.variables, to: definition)
        } catch {
            if start.trigger.kind == .startPipelineExecution { throw error }
            problem = error
        }
        let sources = Set(definition.sourceActions.map(\.name))
        if let unknown = start.revisions.keys.sorted().first(where: { !sources.contains($0) }) {
            throw PipelineRefusal(
                "ValidationException",
                "The pipeline \(definition.name) has no source action `\(unknown)`. Its source actions are: "
                    + "\(sources.sorted().joined(separator: ", "))."
            )
        }
        try refuseTooMany(of: definition.executionMode)
        let execution = PipelineExecution(
            id: start.id,
            pipeline: definition.name,
            number: max(start.number, machine.lastNumber + 1),
            version: definition.version,
            mode: definition.executionMode,
            status: .inProgress,
            trigger: start.trigger,
            startedAt: time,
            updatedAt: time,
            variables: variables,
            revisions: start.revisions,
            stages: definition.stages.map { StageExecution(name: $0.name) },
            artifacts: [:],
            outputVariables: [:]
        )
        insert(execution)
        announce(execution.id, "STARTED")
        if let problem { return end(execution.id, .failed, summary: problem.message) }
        willArrive(execution.id, at: first.name)
    }

    /// Refuses a new execution, or a retry, where too many are alive already.
    func refuseTooMany(of mode: ExecutionMode) throws(PipelineRefusal) {
        guard mode != .superseded else { return }
        let alive = machine.executions.values.count { !$0.status.isOver && $0.mode == mode }
        guard alive >= Self.aliveLimit else { return }
        throw PipelineRefusal(
            "ConcurrentPipelineExecutionsLimitExceededException",
            "\(alive) executions of the pipeline \(machine.definition.name) are in progress, which is as many as the mode "
                + "\(mode.rawValue) allows. Wait for one to end, or stop one."
        )
    }

    /// Refuses the id of an execution that is in the machine.
    func refuseKnown(_ id: String) throws(PipelineRefusal) {
        guard let execution = machine.executions[id] else { return }
        throw PipelineRefusal(
            "ConflictException",
            "The id \(id) is that of \(execution.label). Give each execution an id of its own."
        )
    }

    /// What was given, with the defaults.
    private func variables(
        given: [String: String],
        to definition: PipelineDefinition
    ) throws(PipelineRefusal) -> [String: String] {
        let declared = definition.variables.map(\.name).sorted()
        if let unknown = given.keys.sorted().first(where: { !declared.contains($0) }) {
            let exist = declared.isEmpty ? "It has none." : "It has: \(declared.joined(separator: ", "))."
            throw PipelineRefusal(
                "ValidationException",
                "The pipeline \(definition.name) has no variable `\(unknown)`. \(exist)"
            )
        }
        var values: [String: String] = [:]
        for variable in definition.variables {
            guard let value = given[variable.name] ?? variable.defaultValue else {
                throw PipelineRefusal(
                    "ValidationException",
                    "The variable `\(variable.name)` of the pipeline \(definition.name) has no default. Give it a value at the "
                        + "start."
                )
            }
            guard (1...Self.variableLimit).contains(value.count) else {
                throw PipelineRefusal(
                    "ValidationException",
                    "The value of the variable `\(variable.name)` has \(value.count) characters. Give it 1 to "
                        + "\(Self.variableLimit)."
                )
            }
            values[variable.name] = value
        }
        return values
    }

    /// Takes over a new version; executions that run keep theirs, as do those that are retried.
    mutating func define(_ definition: PipelineDefinition) throws(PipelineRefusal) {
        let current = machine.definition
        guard definition != current else { return }
        guard definition.name == current.name else {
            throw PipelineRefusal(
                "ValidationException",
                "The definition is of `\(definition.name)`, and the pipeline is `\(current.name)`. A pipeline keeps its name: "
                    + "make a new one."
            )
        }
        guard definition.version > current.version else {
            throw PipelineRefusal(
                "ConflictException",
                "Version \(definition.version) of \(current.name) is not newer than the current one, \(current.version). Read "
                    + "the pipeline again and repeat the change."
            )
        }
        mayForget = true
        machine.definition = definition
        machine.definitions[definition.version] = definition
    }
}
