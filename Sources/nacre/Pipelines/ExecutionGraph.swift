// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Pipelines

/// The stages and actions of an execution as a graph in text.
struct ExecutionGraph {
    let execution: PipelineExecution
    /// For actions that have not run and for what runs side by side; nil: only what has run is shown.
    let definition: PipelineDefinition?
    /// Milliseconds since 1970, for what still runs.
    let now: Int64

    init(_ execution: PipelineExecution, _ definition: PipelineDefinition?, now: Int64 = Timestamp.now().milliseconds) {
        self.execution = execution
        self.definition = definition
        self.now = now
    }

    var rows: [GraphRow] { execution.stages.flatMap { rows(of: $0) } }

    /// A stage and its actions.
    func rows(of stage: StageExecution) -> [GraphRow] {
        let isRunning = stage.status?.isRunning ?? false
        let time = stage.startedAt.map { took(from: $0, to: stage.endedAt, runs: isRunning) }
        let retries = stage.automaticRetries + stage.manualRetries
        let own = GraphRow(
            lead: "",
            mark: GraphMark(stage.status),
            name: stage.name,
            status: stage.status?.rawValue ?? "",
            took: time ?? "",
            detail: retries > 0 ? "tried again \(retries == 1 ? "once" : "\(retries) times")" : ""
        )
        return [own] + conditions(of: stage, [.beforeEntry]) + actions(of: stage)
            + conditions(of: stage, [.onSuccess, .onFailure])
    }

    private func actions(of stage: StageExecution) -> [GraphRow] {
        let declared = definition?.stage(stage.name)?.actions ?? []
        let order = Dictionary(declared.map { ($0.name, $0.runOrder) }) { first, _ in first }
        var names = declared.enumerated().sorted { ($0.element.runOrder, $0.offset) < ($1.element.runOrder, $1.offset) }
            .map(\.element.name)
        for action in stage.actions where !names.contains(action.name) { names.append(action.name) }
        return names.enumerated().map { index, name in
            let isSame = { (other: Int) in
                names.indices.contains(other) && order[name] != nil && order[names[other]] == order[name]
            }
            let lead =
                switch (isSame(index - 1), isSame(index + 1)) {
                case (false, false): "  "
                case (false, true): "┌ "
                case (true, true): "│ "
                case (true, false): "└ "
                }
            return row(name, of: stage, lead: "  \(lead)")
        }
    }

    private func row(_ name: String, of stage: StageExecution, lead: String) -> GraphRow {
        let attempts = stage.actions.filter { $0.name == name }
        guard let action = attempts.last else {
            return GraphRow(lead: lead, mark: .ahead, name: name, status: "", took: "", detail: "")
        }
        let isRunning = action.status == .inProgress
        let again = attempts.count > 1 ? "attempt \(attempts.count)" : nil
        return GraphRow(
            lead: lead,
            mark: GraphMark(action),
            name: name,
            status: action.status.rawValue,
            took: took(from: action.startedAt, to: isRunning ? nil : action.updatedAt, runs: isRunning),
            detail: [again, ActionText.detail(action, now: now)].compactMap { $0 }.filter { !$0.isEmpty }
                .joined(separator: "; ")
        )
    }

    private func conditions(of stage: StageExecution, _ kinds: [ConditionKind]) -> [GraphRow] {
        kinds.compactMap { kind in
            guard let condition = stage.conditions.last(where: { $0.kind == kind }) else { return nil }
            let isRunning = condition.status == .inProgress
            let rules = condition.rules.filter { condition.status == .succeeded || $0.status != .succeeded }
            let detail = rules.map { rule in
                [rule.name, (rule.failure?.message ?? rule.summary)?.firstLine].compactMap { $0 }.joined(
                    separator: ": "
                )
            }
            return GraphRow(
                lead: "    ",
                mark: GraphMark(condition),
                name: kind.title,
                status: condition.status.rawValue,
                took: took(from: condition.startedAt, to: isRunning ? nil : condition.updatedAt, runs: isRunning),
                detail: detail.joined(separator: "; ")
            )
        }
    }

    private func took(from start: Int64, to end: Int64?, runs: Bool) -> String {
        guard let end = runs ? now : end else { return "" }
        return DurationText.text(milliseconds: end - start)
    }
}

extension StageStatus {
    fileprivate var isRunning: Bool { self == .inProgress || self == .stopping }
}

extension ConditionKind {
    /// The key of a definition.
    var title: String {
        switch self {
        case .beforeEntry: "beforeEntry"
        case .onSuccess: "onSuccess"
        case .onFailure: "onFailure"
        }
    }
}
