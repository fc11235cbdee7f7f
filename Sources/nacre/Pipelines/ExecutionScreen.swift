// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Pipelines

/// An execution drawn to fit a terminal.
struct ExecutionScreen {
    /// With a newline after each line.
    let text: String
    /// How many lines that is.
    let lines: Int

    /// * `columns`: of the terminal, as `rows`.
    init(_ report: ExecutionReport, columns: Int, rows: Int, now: Int64 = Timestamp.now().milliseconds) {
        let execution = report.execution
        let graph = ExecutionGraph(execution, report.definition, now: now)
        let took = DurationText.text(
            milliseconds: (execution.status.isOver ? execution.updatedAt : now) - execution.startedAt
        )
        let head = "\(GraphMark(execution.status).rawValue) \(execution.label)  \(execution.status.rawValue)  \(took)"
        let notes =
            report.holds.map { "  waits: \($0.firstLine)" }
            + ExecutionAdvice.commands(report).filter { $0.line.contains(" approve ") }.map { "  \($0.line)" }
        // The last line is the cursor's.
        let space = max(1, rows - 1 - 1 - notes.count)
        var parts = execution.stages.map { graph.rows(of: $0) }
        // A stage that is over can do with one line; those that run cannot.
        for index in parts.indices where parts.joined().count > space {
            let isBusy = execution.stages[index].status == .inProgress || execution.stages[index].status == .stopping
            if !isBusy { parts[index] = Array(parts[index].prefix(1)) }
        }
        let shown = Array(parts.joined().prefix(space))
        let lines =
            [TerminalText.visible(head).truncated(to: columns)]
            + GraphRow.text(shown, width: columns, usesColor: false).split(separator: "\n").map(String.init)
            + notes.map { TerminalText.visible($0).truncated(to: columns) }
        text = lines.map { $0.truncated(to: columns) + "\n" }.joined()
        self.lines = lines.count
    }
}
