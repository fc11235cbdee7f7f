// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Pipelines

/// Pipelines for a person.
enum PipelineText {
    /// A list of them.
    static func table(_ reports: [PipelineReport], _ context: VerbContext) -> String {
        let table = TableFormatter(
            columns: [
                .init("PIPELINE"), .init("MODE"), .init("VERSION", isRightAligned: true), .init("LATEST"),
                .init("STATUS"), .init("STARTED"), .init("NOTE", canShrink: true),
            ],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        let rows = reports.map { report in
            let definition = report.definition
            let latest = report.executions.first
            return [
                definition.name, definition.executionMode.rawValue, String(definition.version),
                latest?.execution.label ?? "", latest?.execution.status.rawValue ?? "never run",
                latest.map { RelativeTime.text($0.execution.startedAt, now: now) } ?? "",
                TerminalText.visible(latest.map(ExecutionTable.note) ?? ""),
            ]
        }
        return table.text(rows, width: context.isTerminal ? context.columns : nil)
    }

    /// One of them: each stage with the execution that is or was in it, what waits before it, and how to go on.
    static func text(_ report: PipelineReport, _ context: VerbContext) -> String {
        let now = Timestamp.now().milliseconds
        let width = context.isTerminal ? context.columns : nil
        let definition = report.definition
        let updated = report.document.metadata.updated.milliseconds
        var head = [
            "\(definition.name)  \(definition.executionMode.rawValue), version \(definition.version)",
            "  applied   \(Timestamp(milliseconds: updated).text) (\(RelativeTime.text(updated, now: now))) from \(report.origin)",
        ]
        head += report.definitionProblems.map { "  REFUSED   \($0)" }
        let alive = report.executions.filter { !$0.execution.status.isOver }
        for live in alive {
            head += live.holds.map { "  waits     \(live.execution.label): \($0.firstLine)" }
        }
        var text = head.map { TerminalText.visible($0) + "\n" }.joined() + "\n"
        if definition.executionMode == .parallel {
            text += parallel(report, context)
        } else {
            text += GraphRow.text(
                definition.stages.flatMap { rows($0, report, now: now) },
                width: width,
                usesColor: context.usesColor
            )
        }
        return text + advice(report, width: width)
    }

    /// A stage with what is or was in it last, and what waits to enter.
    private static func rows(_ stage: StageDeclaration, _ report: PipelineReport, now: Int64) -> [GraphRow] {
        let state = report.state.stageStates.first { $0.stageName == stage.name }
        var rows: [GraphRow] = []
        if let transition = state?.inboundTransitionState, !transition.enabled {
            rows.append(closed(transition, now: now))
        }
        for waiting in (state?.inboundExecutions ?? []).compactMap({ report.execution($0.pipelineExecutionId) }) {
            rows.append(
                GraphRow(
                    lead: "    ",
                    mark: .running,
                    name: waiting.label,
                    status: "waits",
                    took: "",
                    detail: ExecutionTable.sources(waiting)
                )
            )
        }
        let latest = report.execution(state?.latestExecution?.pipelineExecutionId)
        if let latest, let entered = latest.stages.first(where: { $0.name == stage.name }) {
            var own = ExecutionGraph(latest, report.definition, now: now).rows(of: entered)
            own[0].detail = [latest.label + (latest.isRollback ? " (rollback)" : ""), own[0].detail]
                .filter { !$0.isEmpty }.joined(separator: "; ")
            return rows + own
        }
        let own = GraphRow(lead: "", mark: .ahead, name: stage.name, status: "never run", took: "", detail: "")
        let actions = stage.actions.map {
            GraphRow(lead: "    ", mark: .ahead, name: $0.name, status: "", took: "", detail: "")
        }
        return rows + [own] + actions
    }

    private static func closed(_ transition: PipelineState.Stage.Transition, now: Int64) -> GraphRow {
        let person = transition.lastChangedBy.map { " by \(PersonName.name($0))" } ?? ""
        let time = transition.lastChangedAt.map { " \(RelativeTime.text($0.milliseconds, now: now))" } ?? ""
        let reason = (transition.disabledReason ?? "").firstLine
        return GraphRow(
            lead: "  ",
            mark: .stopped,
            name: "transition",
            status: "disabled",
            took: "",
            detail: "\(reason.isEmpty ? "" : "\(reason): ")disabled\(person)\(time)"
        )
    }

    /// Executions of a PARALLEL pipeline run beside each other, so that its stages have no state.
    private static func parallel(_ report: PipelineReport, _ context: VerbContext) -> String {
        let stages = report.definition.stages.map { stage in
            let isEnabled = report.state.stageStates.first { $0.stageName == stage.name }?.inboundTransitionState
                .enabled
            return stage.name + (isEnabled == false ? " (transition disabled)" : "")
        }
        let path = "  stages    \(stages.joined(separator: " → "))\n\n"
        return path + ExecutionTable.text(report.executions, context)
    }

    private static func advice(_ report: PipelineReport, width: Int?) -> String {
        let name = report.definition.name
        var commands = report.executions.filter { !$0.execution.status.isOver }.flatMap { ExecutionAdvice.commands($0) }
        if let latest = report.executions.first, latest.execution.status == .failed {
            commands.append(("nacre show \(latest.execution.label)", "why it has failed"))
            commands += ExecutionAdvice.commands(latest)
        }
        for stage in report.state.stageStates where !stage.inboundTransitionState.enabled {
            commands.append(
                ("nacre pipeline enable \(name) \(stage.stageName)", "let executions into \(stage.stageName)")
            )
        }
        if report.executions.isEmpty { commands.append(("nacre pipeline start \(name)", "run it")) }
        if commands.isEmpty { return "" }
        let table = TableFormatter(columns: [.init(""), .init("", canShrink: true)], showsHeader: false)
        var seen: Set<String> = []
        let rows = commands.filter { seen.insert($0.line).inserted }.map { ["  \($0.line)", $0.effect] }
        return "\nNEXT\n" + table.text(rows, width: width)
    }
}
