// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Pipelines

/// Executions as a table for people.
enum ExecutionTable {
    static func text(_ reports: [ExecutionReport], _ context: VerbContext) -> String {
        let table = TableFormatter(
            columns: [
                .init("EXECUTION"), .init("STATUS"), .init("STAGE"), .init("SOURCES", canShrink: true),
                .init("STARTED"), .init("TOOK", isRightAligned: true), .init("NOTE", canShrink: true),
            ],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        let rows = reports.map { report in
            let execution = report.execution
            let took =
                execution.status.isOver
                ? DurationText.text(milliseconds: execution.updatedAt - execution.startedAt) : ""
            return [
                execution.label, execution.status.rawValue,
                execution.stages.last { $0.status != nil }?.name ?? "",
                TerminalText.visible(sources(execution)), RelativeTime.text(execution.startedAt, now: now), took,
                TerminalText.visible(note(report)),
            ]
        }
        return table.text(rows, width: context.isTerminal ? context.columns : nil)
    }

    /// The revisions in short.
    static func sources(_ execution: PipelineExecution) -> String {
        execution.sourceNames(nil).compactMap { name in
            execution.revisions[name].map { "\(name) \(ActionText.short($0))" }
        }.joined(separator: ", ")
    }

    /// What it waits for, or why it has ended so.
    static func note(_ report: ExecutionReport) -> String {
        let execution = report.execution
        let rollback = execution.isRollback ? ["rollback"] : []
        let reasons = execution.status.isOver ? ExecutionText.reasons(execution) : report.holds.map(\.firstLine)
        return Sentences.joined(rollback + (execution.status == .succeeded ? [] : reasons))
    }
}
