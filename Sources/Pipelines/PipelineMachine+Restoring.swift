// SPDX-License-Identifier: Apache-2.0

/// Leaving the memory and coming back.
extension PipelineMachine {
    /// What the journal is to keep of the machine, beside definitions and executions.
    package var snapshot: MachineSnapshot {
        MachineSnapshot(
            version: definition.version,
            versions: definitions.keys.sorted(),
            executions: executions.keys.sorted(),
            stages: stages,
            lastNumber: lastNumber,
            passages: passages,
            lastSucceeded: lastSucceeded,
            retryable: retryable,
            answers: answers
        )
    }

    /// The machine that a snapshot was taken of.
    /// - Parameters:
    ///   - snapshot: as it was journalled.
    ///   - definitions: by version, at least `snapshot.versions`; others are left out.
    ///   - executions: as they were last touched, at least `snapshot.executions`; others are left out.
    /// - Throws: `PipelineRefusal` "ConflictException" that names a version or an execution that is missing.
    package init(
        restoring snapshot: MachineSnapshot,
        definitions: [Int: PipelineDefinition],
        executions: [PipelineExecution]
    ) throws(PipelineRefusal) {
        var known: [Int: PipelineDefinition] = [:]
        for version in snapshot.versions { known[version] = definitions[version] }
        guard let current = known[snapshot.version] else {
            throw Self.missing("version \(snapshot.version) of its definition")
        }
        if let version = snapshot.versions.first(where: { known[$0] == nil }) {
            throw Self.missing("version \(version) of its definition")
        }
        let byID = Dictionary(executions.map { ($0.id, $0) }) { $1 }
        var needed: [String: PipelineExecution] = [:]
        for id in snapshot.executions {
            guard let execution = byID[id] else { throw Self.missing("the execution \(id)") }
            needed[id] = execution
        }
        definition = current
        self.definitions = known
        self.executions = needed
        stages = snapshot.stages
        lastNumber = snapshot.lastNumber
        passages = snapshot.passages
        lastSucceeded = snapshot.lastSucceeded
        retryable = snapshot.retryable
        answers = snapshot.answers
        running = [:]
        for execution in needed.values {
            for id in execution.runningIDs { running[id] = execution.id }
        }
    }

    private static func missing(_ what: String) -> PipelineRefusal {
        PipelineRefusal(
            "ConflictException",
            "The state of the pipeline cannot be restored: the journal does not have \(what). Restore the journal from a backup."
        )
    }

    /// The ids of the actions and rules that have been begun and have not ended, approvals left out: to be begun again after
    /// a restart, with the orders that the journal has.
    package var unfinished: Set<String> {
        var ids: Set<String> = []
        for execution in executions.values { ids.formUnion(execution.runningIDs.filter { !execution.isApproval($0) }) }
        return ids
    }
}

extension PipelineExecution {
    /// The ids of the actions and rules that run.
    var runningIDs: [String] {
        guard !status.isOver else { return [] }
        return stages.flatMap { stage in
            stage.actions.filter { $0.status == .inProgress }.map(\.id)
                + stage.conditions.flatMap { $0.rules.filter { $0.status == .inProgress }.map(\.id) }
        }
    }

    /// Whether an id is that of an approval.
    func isApproval(_ id: String) -> Bool {
        stages.contains { $0.actions.contains { $0.id == id && $0.type.isApproval } }
    }
}
