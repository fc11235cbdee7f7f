// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Pipelines

/// How to go on with an execution: commands that can be typed as they stand.
enum ExecutionAdvice {
    /// Each with what it does.
    static func commands(_ report: ExecutionReport) -> [(line: String, effect: String)] {
        let execution = report.execution
        let label = execution.label
        var lines: [(line: String, effect: String)] = []
        for (stage, action) in execution.failedActions where ActionText.build(of: action) != nil {
            lines.append(("nacre logs \(label) \(name(action, stage, execution))", "the whole log of \(action.name)"))
            if let id = action.output.externalID { lines.append(("nacre debug \(id)", "a shell where it failed")) }
        }
        switch execution.status {
        case .inProgress:
            lines += approvals(execution)
            for (stage, condition) in failedConditions(execution) { lines.append(override(label, stage, condition)) }
            lines.append(("nacre watch \(label)", "see it go on"))
        case .stopping:
            lines.append(("nacre watch \(label)", "see it end"))
            lines.append(("nacre stop \(label) --abandon", "do not wait for what still runs"))
        case .failed, .stopped:
            for (stage, condition) in failedConditions(execution) { lines.append(override(label, stage, condition)) }
            if !execution.isRollback {
                let isRejected = execution.failedActions.contains { $0.action.approval?.isApproved == false }
                let effect = isRejected ? "ask again" : "run what has failed again, with the same sources"
                lines.append(("nacre pipeline retry \(label)", effect))
            }
            lines.append(("nacre pipeline start \(execution.pipeline)", "begin anew with what the sources have now"))
        case .superseded, .cancelled:
            lines.append(("nacre pipeline show \(execution.pipeline)", "see the one that went before it"))
        case .succeeded:
            break
        }
        return lines
    }

    /// The same for a person; empty for nothing.
    static func text(_ report: ExecutionReport, width: Int?) -> String {
        let commands = commands(report)
        if commands.isEmpty { return "" }
        let table = TableFormatter(columns: [.init(""), .init("", canShrink: true)], showsHeader: false)
        return "\nNEXT\n" + table.text(commands.map { ["  \($0.line)", $0.effect] }, width: width)
    }

    private static func approvals(_ execution: PipelineExecution) -> [(line: String, effect: String)] {
        let waiting = execution.waitingApprovals
        return waiting.flatMap { stage, action in
            let place = waiting.count > 1 ? " --stage \(stage.name) --action \(action.name)" : ""
            return [
                ("nacre approve \(execution.label)\(place) --comment TEXT", "let it pass \(stage.name)/\(action.name)"),
                ("nacre reject \(execution.label)\(place) --comment TEXT", "end it there"),
            ]
        }
    }

    private static func failedConditions(
        _ execution: PipelineExecution
    ) -> [(stage: StageExecution, condition: ConditionExecution)] {
        execution.stages.compactMap { stage in
            guard stage.status == .failed || stage.status == .inProgress, let last = stage.conditions.last,
                last.status == .failed || last.status == .errored, last.kind != .onFailure
            else { return nil }
            return (stage, last)
        }
    }

    private static func override(
        _ label: String,
        _ stage: StageExecution,
        _ condition: ConditionExecution
    ) -> (line: String, effect: String) {
        let place = "--stage \(stage.name) --condition \(condition.kind.rawValue)"
        return ("nacre pipeline override \(label) \(place)", "go on in spite of the condition")
    }

    /// The action's name, with its stage where another stage has one of the same name.
    private static func name(
        _ action: ActionExecution,
        _ stage: StageExecution,
        _ execution: PipelineExecution
    ) -> String {
        let others = execution.stages.filter { other in other.actions.contains { $0.name == action.name } }
        return others.count > 1 ? "\(stage.name)/\(action.name)" : action.name
    }
}
