// SPDX-License-Identifier: Apache-2.0

/// One pipeline: which execution is where, what runs, what waits; events in, effects out, no I/O.
///
/// It holds what it needs to go on, not the history: the executions that are not over, and of those that are, the latest of
/// each stage (for a retry), the last that succeeded in each stage (for an automatic rollback), and the last twenty of mode
/// PARALLEL that have failed or were stopped (for a retry). All others live in the journal alone, so that its size and the
/// cost of an event do not grow with the history.
///
/// To keep it, journal `snapshot` and each step's `touched` executions in one transaction; to get it back, read the snapshot,
/// then the executions and versions of the definition that it names, and call `init(restoring:definitions:executions:)`. The
/// snapshot holds neither definitions nor executions, so it is small. `unfinished` then tells what to begin again.
package struct PipelineMachine: Sendable, Hashable {
    /// The current definition.
    package internal(set) var definition: PipelineDefinition
    /// The versions that executions in the machine run with, and the current one.
    package internal(set) var definitions: [Int: PipelineDefinition]
    /// By id: all that are not over, and those over that are needed.
    package internal(set) var executions: [String: PipelineExecution]
    /// Those of the current definition in its order, then those that only executions with older versions still have.
    package internal(set) var stages: [StageState]
    /// The highest number of an execution so far.
    package internal(set) var lastNumber: Int64

    /// By execution: where it is, or was when it ended.
    var passages: [String: StagePassage]
    /// By stage: the execution that succeeded in it last, which an automatic rollback goes back to.
    var lastSucceeded: [String: String]
    /// Executions of mode PARALLEL that have failed or were stopped, oldest first.
    var retryable: [String]
    /// The approvals that ended last, oldest first.
    var answers: [AnsweredApproval]
    /// By id of an action or a rule that runs: its execution.
    var running: [String: String]

    /// A pipeline that was never run.
    package init(_ definition: PipelineDefinition) {
        self.definition = definition
        definitions = [definition.version: definition]
        executions = [:]
        stages = definition.stages.map { StageState(name: $0.name) }
        lastNumber = 0
        passages = [:]
        lastSucceeded = [:]
        retryable = []
        answers = []
        running = [:]
    }

    /// Takes in what has happened.
    /// - Parameters:
    ///   - event: what has happened; ends of actions and rules that are over, unknown or cancelled change nothing.
    ///   - time: now, in milliseconds since 1970.
    ///   - generator: where ids, tokens and object keys come from.
    /// - Returns: what is to be done and what is to be kept.
    /// - Throws: `PipelineRefusal` with AWS's exception; the machine is then as it was.
    package mutating func apply<Generator: RandomNumberGenerator>(
        _ event: PipelineEvent,
        at time: Int64,
        using generator: inout Generator
    ) throws(PipelineRefusal) -> MachineStep {
        var turn = MachineTurn(self, at: time, random: generator)
        try turn.take(event)
        let step = turn.finish()
        self = turn.machine
        if let advanced = turn.random as? Generator { generator = advanced }
        return step
    }
}
