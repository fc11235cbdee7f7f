// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics
import Pipelines

/// What is new in an execution, in lines: for pipes, where nothing can be drawn over.
enum ExecutionChanges {
    /// One line a change, in the order of stages; all that is there when `old` is nil.
    static func lines(from old: ExecutionReport?, to new: ExecutionReport, now: Int64) -> [String] {
        var lines: [String] = []
        for (index, stage) in new.execution.stages.enumerated() {
            let before = old.flatMap { $0.execution.stages.indices.contains(index) ? $0.execution.stages[index] : nil }
            lines += changes(of: stage, before, now: now)
        }
        for reason in new.holds where old?.holds.contains(reason) != true {
            lines.append("waits: \(reason.firstLine)")
        }
        return lines.map { TerminalText.visible($0) }
    }

    /// How it has ended.
    static func last(_ execution: PipelineExecution) -> String {
        let reasons = ExecutionText.reasons(execution).map { " (\($0))" }.joined()
        return TerminalText.visible("\(execution.label) \(execution.status.rawValue)\(reasons)")
    }

    private static func changes(of stage: StageExecution, _ before: StageExecution?, now: Int64) -> [String] {
        var lines: [String] = []
        let isEntered = stage.status != nil && before?.status != stage.status
        if isEntered, stage.endedAt == nil { lines.append("\(stage.name)  \(stage.status?.rawValue ?? "")") }
        for (index, condition) in stage.conditions.enumerated() {
            let old = before.flatMap { $0.conditions.indices.contains(index) ? $0.conditions[index] : nil }
            if old?.status != condition.status {
                lines.append("\(stage.name)/\(condition.kind.title)  \(condition.status.rawValue)")
            }
        }
        for (index, action) in stage.actions.enumerated() {
            let old = before.flatMap { $0.actions.indices.contains(index) ? $0.actions[index] : nil }
            if old?.status == action.status { continue }
            let isRunning = action.status == .inProgress
            let took = isRunning ? "" : " in \(DurationText.text(milliseconds: action.updatedAt - action.startedAt))"
            let detail = ActionText.detail(action, now: now)
            let name = "\(stage.name)/\(action.name)"
            lines.append("\(name)  \(action.status.rawValue)\(took)\(detail.isEmpty ? "" : "  \(detail)")")
        }
        if isEntered, let end = stage.endedAt {
            let took = stage.startedAt.map { " in \(DurationText.text(milliseconds: end - $0))" } ?? ""
            lines.append("\(stage.name)  \(stage.status?.rawValue ?? "")\(took)")
        }
        return lines
    }
}
