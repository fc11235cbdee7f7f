// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Files
import Glibc
import JSON
import Pipelines
import Terminals

/// Follows an execution to its end.
struct ExecutionWatch {
    /// How it is shown.
    enum Style {
        /// The graph, drawn over in place.
        case graph
        /// One line a change.
        case lines
        /// One `get-pipeline-execution` a line.
        case json
        case nothing
    }

    private let context: VerbContext
    private let style: Style
    private let output: BorrowedOutput
    private var last: ExecutionReport?
    /// How many lines of the terminal the graph has.
    private var drawn = 0

    /// * `output`: where changes are shown.
    /// * `known`: how the execution stood when it was last shown; nil: it never was.
    init(_ context: VerbContext, _ style: Style, output: BorrowedOutput, known: ExecutionReport? = nil) {
        self.context = context
        last = known
        self.style = style
        self.output = output
    }

    /// What suits standard output.
    static func standard(_ context: VerbContext, isJSON: Bool) -> ExecutionWatch {
        let canDraw = context.isTerminal && context.environment["TERM"] != "dumb"
        return ExecutionWatch(context, isJSON ? .json : canDraw ? .graph : .lines, output: context.output)
    }

    /// Shows an execution until it is over, or until a person is to decide.
    /// - Returns: how it has ended, or stands.
    /// - Throws: `VerbError` when the daemon stops before.
    mutating func run(_ reference: String, untilApproval: Bool = false) throws -> PipelineExecution {
        var client = try ControlClient(context.home)
        guard case .pipeline(.execution(let report)) = try client.ask(.pipeline(.watch(execution: reference))) else {
            throw VerbError(.fault, "the daemon's answer is not an execution")
        }
        try show(report)
        var pending: [UInt8] = []
        while !(untilApproval && waitsForApproval) {
            // A clock runs on the screen.
            guard let bytes = try client.nextBytes(within: style == .graph ? 1000 : nil) else {
                draw()
                continue
            }
            if bytes.isEmpty { break }
            pending += bytes
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(pending[..<end])
                pending.removeSubrange(...end)
                var report = try JSONText.decode(ExecutionReport.self, from: line)
                report.definition = last?.definition
                try show(report)
            }
        }
        if untilApproval, waitsForApproval, let execution = last?.execution { return execution }
        guard let execution = last?.execution, execution.status.isOver else {
            let label = last?.execution.label ?? reference
            throw VerbError(.unreachable, "the daemon has stopped; \(label) goes on with the next one")
        }
        if style == .graph || style == .lines { output.write("\(ExecutionChanges.last(execution))\n") }
        return execution
    }

    private var waitsForApproval: Bool {
        (last?.execution.stages ?? []).contains { stage in
            stage.actions.contains { $0.status == .inProgress && $0.token != nil }
        }
    }

    private mutating func show(_ report: ExecutionReport) throws {
        let old = last
        last = report
        switch style {
        case .graph: draw()
        case .lines:
            let now = Timestamp.now().milliseconds
            let lines = ExecutionChanges.lines(from: old, to: report, now: now)
            output.write(lines.map { $0 + "\n" }.joined())
        case .json:
            if old?.execution == report.execution { return }
            let view = ExecutionView(report.execution, report.definition)
            output.write(ArraySlice(try JSONText.encode(view) + [UInt8(ascii: "\n")]))
        case .nothing: break
        }
    }

    /// Draws the graph where it was drawn before.
    private mutating func draw() {
        guard let report = last else { return }
        let size = TerminalSize(of: STDOUT_FILENO) ?? .standard
        let screen = ExecutionScreen(report, columns: Int(size.columns), rows: Int(size.rows))
        let text = context.usesColor ? GraphMark.painted(screen.text) : screen.text
        // Up to the first line drawn before, and nothing from there on.
        let back = drawn > 0 ? "\u{1B}[\(drawn)A\r\u{1B}[J" : ""
        output.write(back + text)
        drawn = screen.lines
    }
}
