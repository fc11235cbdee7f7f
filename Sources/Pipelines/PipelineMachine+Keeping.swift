// SPDX-License-Identifier: Apache-2.0

/// What stays in the machine, and what goes.
extension PipelineMachine {
    /// How many executions of mode PARALLEL that have failed can be retried.
    private static let retryableLimit = 20
    /// How many approvals that have ended are known to those who answer late.
    private static let answerLimit = 50

    /// A stage as all executions share it.
    package func stage(_ name: String) -> StageState? { stages.first { $0.name == name } }

    /// The stages of the definitions that are current or run, the current one's first.
    var stageNames: [String] {
        var names = definition.stages.map(\.name)
        var known = Set(names)
        let versions = Set(executions.values.filter { !$0.status.isOver }.map(\.version)).subtracting([
            definition.version
        ])
        for version in versions.sorted() {
            for stage in definitions[version]?.stages ?? [] where known.insert(stage.name).inserted {
                names.append(stage.name)
            }
        }
        return names
    }

    /// Makes sure that a stage is there; one of an older definition may have been let go when nobody was on the way to it.
    mutating func addStage(_ name: String) {
        if stage(name) == nil { stages.append(StageState(name: name)) }
    }

    mutating func keepForRetry(_ id: String) {
        retryable.removeAll { $0 == id }
        retryable.append(id)
        if retryable.count > Self.retryableLimit { retryable.removeFirst() }
    }

    mutating func remember(_ answer: AnsweredApproval) {
        answers.append(answer)
        if answers.count > Self.answerLimit { answers.removeFirst() }
    }

    /// Lets go of what is over and of no further use.
    mutating func forgetUnneeded() {
        let alive = Set(executions.values.filter { !$0.status.isOver }.map(\.version))
        let names = stageNames
        if names != stages.map(\.name) {
            let byName = Dictionary(stages.map { ($0.name, $0) }) { first, _ in first }
            stages = names.map { byName[$0] ?? StageState(name: $0) }
            let known = Set(names)
            lastSucceeded = lastSucceeded.filter { known.contains($0.key) }
        }
        // A rollback goes to an execution of the same version only.
        for (stage, id) in lastSucceeded {
            let version = executions[id]?.version ?? 0
            if version != definition.version, !alive.contains(version) { lastSucceeded[stage] = nil }
        }
        let needed = Set(stages.compactMap(\.latest)).union(lastSucceeded.values).union(retryable)
        let gone = executions.values.filter { $0.status.isOver && !needed.contains($0.id) }.map(\.id)
        for id in gone {
            executions[id] = nil
            passages[id] = nil
        }
        guard definitions.count > 1 else { return }
        let versions = Set(executions.values.map(\.version)).union([definition.version])
        if definitions.count > versions.count { definitions = definitions.filter { versions.contains($0.key) } }
    }
}
