// SPDX-License-Identifier: Apache-2.0

import Pipelines

/// What must hold after each event.
extension Simulation {
    func checkMachine() throws {
        for execution in records.values where !execution.status.isOver && machine.executions[execution.id] == nil {
            throw Violation(description: "\(execution.label) is lost")
        }
        for execution in machine.executions.values {
            guard records[execution.id] == execution else {
                throw Violation(description: "\(execution.label) has changed and was not touched")
            }
            if execution.status.isOver { try checkEnd(of: execution) } else { try checkPlace(of: execution) }
        }
        for stage in machine.stages { try check(stage) }
        try checkSize()
    }

    private func checkEnd(of execution: PipelineExecution) throws {
        let open = execution.stages.contains { stage in
            stage.status == .inProgress || stage.status == .stopping
                || stage.actions.contains { $0.status == .inProgress }
                || stage.conditions.contains {
                    $0.status == .inProgress || $0.rules.contains { $0.status == .inProgress }
                }
        }
        if open { throw Violation(description: "\(execution.label) is over, and something in it is not") }
        let statuses = execution.stages.compactMap(\.status)
        guard execution.status == .succeeded else { return }
        let isWhole = execution.isRollback ? statuses == [.succeeded] : statuses.count == execution.stages.count
        guard isWhole, statuses.allSatisfy({ $0 == .succeeded || $0 == .skipped }) else {
            throw Violation(description: "\(execution.label) has succeeded with stages \(statuses)")
        }
    }

    /// An execution that is alive either runs in one stage or waits before one, for a reason.
    private func checkPlace(of execution: PipelineExecution) throws {
        let id = execution.id
        guard !machine.waitReasons(of: id).isEmpty else {
            throw Violation(description: "\(execution.label) waits for nothing")
        }
        let inside = execution.stages.filter { $0.status == .inProgress || $0.status == .stopping }
        let before = machine.stages.filter { $0.waiting.contains(id) }
        guard inside.count + before.count == 1 else {
            throw Violation(description: "\(execution.label) is in \(inside.count) stages and before \(before.count)")
        }
        if let stage = inside.first {
            let actions = stage.actions.filter { $0.status == .inProgress }
            let rules = stage.conditions.flatMap(\.rules).filter { $0.status == .inProgress }
            let known = actions.allSatisfy { $0.type.isApproval ? $0.token != nil : orders[$0.id] != nil }
            guard !(actions.isEmpty && rules.isEmpty), known, rules.allSatisfy({ orders[$0.id] != nil }) else {
                throw Violation(description: "\(execution.label) is in \(stage.name), and nothing runs")
            }
            guard execution.mode == .parallel || machine.stage(stage.name)?.occupant == id else {
                throw Violation(description: "\(execution.label) is in \(stage.name) without its lock")
            }
            // One of mode PARALLEL may have come later, with another version of the definition.
            let latest = machine.stage(stage.name)?.latest.flatMap { machine.executions[$0] }
            guard execution.mode == .parallel || latest?.id == id || latest?.mode == .parallel else {
                throw Violation(description: "\(execution.label) is in \(stage.name) and not its latest")
            }
        } else if let stage = before.first {
            let isLocked = stage.occupant != nil && execution.mode != .parallel
            guard isLocked || !stage.transition.isEnabled else {
                throw Violation(description: "\(execution.label) waits before \(stage.name), which is free")
            }
            guard execution.stage(stage.name)?.status == nil, execution.status == .inProgress else {
                throw Violation(description: "\(execution.label) waits before a stage that it has been in")
            }
        }
    }

    private func check(_ stage: StageState) throws {
        if let occupant = stage.occupant {
            guard let execution = machine.executions[occupant], !execution.status.isOver,
                let status = execution.stage(stage.name)?.status, status == .inProgress || status == .stopping
            else {
                throw Violation(description: "the lock of \(stage.name) is held by \(occupant), which is not in it")
            }
        }
        guard Set(stage.waiting).count == stage.waiting.count else {
            throw Violation(description: "somebody waits twice before \(stage.name)")
        }
        let waiting = stage.waiting.compactMap { machine.executions[$0] }
        guard waiting.count == stage.waiting.count, waiting.allSatisfy({ !$0.status.isOver }) else {
            throw Violation(description: "somebody waits before \(stage.name) who is over")
        }
        guard waiting.count(where: { $0.mode == .superseded }) <= 1 else {
            throw Violation(description: "two of mode SUPERSEDED wait before \(stage.name)")
        }
        let inside = machine.executions.values.filter { execution in
            let status = execution.stage(stage.name)?.status
            return execution.mode != .parallel && (status == .inProgress || status == .stopping)
        }
        guard inside.count <= 1 else { throw Violation(description: "\(inside.count) are in \(stage.name)") }
    }

    private func checkSize() throws {
        let alive = machine.executions.values.filter { !$0.status.isOver }
        let over = machine.executions.count - alive.count
        // The latest and the last that succeeded of each stage, and what can be retried of mode PARALLEL.
        guard over <= 2 * machine.stages.count + 20 else {
            throw Violation(description: "\(over) are kept that are over")
        }
        guard machine.definitions.count <= machine.executions.count + 1 else {
            throw Violation(description: "\(machine.definitions.count) definitions are kept")
        }
        let names = Set(machine.definition.stages.map(\.name)).union(alive.flatMap { $0.stages.map(\.name) })
        guard Set(machine.stages.map(\.name)) == names else {
            throw Violation(description: "the stages are not those in use")
        }
    }
}
