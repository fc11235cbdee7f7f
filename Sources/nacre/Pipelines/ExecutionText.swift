// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Pipelines
import Reports
import WireWords

/// An execution for a person: how it stands and why, where everything came from and went to, and how to go on.
struct ExecutionText {
    let report: ExecutionReport
    let home: Home
    /// The terminal's; nil: nothing is cut.
    let width: Int?
    let usesColor: Bool
    let now = Timestamp.now().milliseconds

    private var execution: PipelineExecution { report.execution }

    init(_ report: ExecutionReport, _ context: VerbContext) {
        self.report = report
        home = context.home
        width = context.isTerminal ? context.columns : nil
        usesColor = context.usesColor
    }

    /// All of it; what matters most at night stands last, above the prompt.
    var text: String {
        head + "\n" + graph + sources + artifacts + reports + deployments + failures
            + ExecutionAdvice.text(report, width: width)
    }

    /// The stages and actions.
    var graph: String {
        let rows = ExecutionGraph(execution, report.definition, now: now).rows
        return GraphRow.text(rows, width: width, usesColor: usesColor)
    }

    private var head: String {
        var lines = ["\(execution.label)  \(execution.status.rawValue)", "  id        \(execution.id)"]
        lines += Self.reasons(execution).map { "  why       \($0)" }
        lines += report.holds.map { "  waits     \($0.firstLine)" }
        lines.append("  pipeline  \(execution.pipeline), version \(execution.version), \(execution.mode.rawValue)")
        let detail = execution.trigger.detail.firstLine
        lines.append("  trigger   \(execution.trigger.kind.rawValue)\(detail.isEmpty ? "" : " (\(detail))")")
        if let target = execution.rollbackTarget { lines.append("  rollback  to \(target)") }
        let started = Timestamp(milliseconds: execution.startedAt).text
        let end = execution.status.isOver ? execution.updatedAt : now
        let took = DurationText.text(milliseconds: end - execution.startedAt)
        let ago = RelativeTime.text(execution.startedAt, now: now)
        lines.append("  started   \(started) (\(ago))\(execution.status.isOver ? ", took \(took)" : "")")
        for variable in execution.variables.sorted(by: { $0.key < $1.key }) {
            lines.append("  variable  \(variable.key)=\(variable.value)")
        }
        return lines.map { TerminalText.visible($0) + "\n" }.joined()
    }

    /// Why it has ended as it has, in short.
    static func reasons(_ execution: PipelineExecution) -> [String] {
        var reasons: [String] = []
        if let person = execution.stopRequestedBy {
            let reason = execution.stopReason.map { $0.isEmpty ? "" : ": \($0.firstLine)" } ?? ""
            reasons.append("\(PersonName.name(person)) asked to stop it\(reason)")
        }
        if execution.status == .failed || execution.status == .inProgress {
            for (stage, action) in execution.failedActions {
                reasons.append("\(stage.name)/\(action.name): \(ActionText.detail(action, now: 0))")
            }
        }
        // The summary of a failure names the same actions, and says less of them.
        if reasons.isEmpty, let summary = execution.statusSummary, !summary.isEmpty { reasons = [summary.firstLine] }
        return reasons
    }

    // MARK: - Lineage

    private func section(_ title: String, _ columns: [TableFormatter.Column], _ rows: [[String]]) -> String {
        if rows.isEmpty { return "" }
        let cells = rows.map { row in row.enumerated().map { ($0 == 0 ? "  " : "") + TerminalText.visible($1) } }
        return "\n\(title)\n" + TableFormatter(columns: columns, showsHeader: false).text(cells, width: width)
    }

    private var sources: String {
        let rows = execution.sourceNames(report.definition).compactMap { name -> [String]? in
            guard let revision = execution.revisions[name] else { return nil }
            return [name, ActionText.short(revision), revision.author ?? "", revision.summary.firstLine]
        }
        return section("SOURCES", [.init(""), .init(""), .init("", canShrink: true), .init("", canShrink: true)], rows)
    }

    private var artifacts: String {
        let actions = execution.latestActions
        let rows = actions.flatMap { stage, action in
            action.output.artifacts.map { artifact in
                let users = actions.filter { user in user.action.inputs.contains { $0.digest == artifact.digest } }
                let used = users.map { "\($0.stage.name)/\($0.action.name)" }.joined(separator: ", ")
                return [
                    artifact.name, ByteText.text(artifact.size),
                    "\(stage.name)/\(action.name) → \(used.isEmpty ? "nobody yet" : used)",
                    "sha256 \(artifact.digest)",
                ]
            }
        }
        let columns: [TableFormatter.Column] = [
            .init(""), .init("", isRightAligned: true), .init("", canShrink: true), .init("", canShrink: true),
        ]
        return section("ARTIFACTS", columns, rows)
    }

    private var reports: String {
        let lines = execution.latestActions.flatMap { stage, action -> [String] in
            guard let id = ActionText.build(of: action), let files = try? ReportFile.read(home.build(id).reports),
                !files.isEmpty
            else { return [] }
            let texts = files.flatMap { ReportText.lines(of: $0, failedCaseLimit: 5) }
            return ["  \(stage.name)/\(action.name)"] + texts.map { "    \(TerminalText.visible($0))" }
        }
        return lines.isEmpty ? "" : "\nREPORTS\n" + lines.map { $0 + "\n" }.joined()
    }

    private var deployments: String {
        let rows = execution.latestActions.filter {
            $0.action.type.category == "Deploy" && $0.action.status == .succeeded
        }
        .map { stage, action in
            [
                "\(stage.name)/\(action.name)", action.type.provider,
                [action.output.externalURL, action.output.summary?.firstLine ?? action.output.externalID]
                    .compactMap { $0 }.joined(separator: "  "),
                RelativeTime.text(action.updatedAt, now: now),
            ]
        }
        return section("DEPLOYMENTS", [.init(""), .init(""), .init("", canShrink: true), .init("")], rows)
    }

    // MARK: - Failures

    /// The whole messages of what has failed, with the last lines of its log.
    private var failures: String {
        guard execution.status != .succeeded else { return "" }
        return execution.failedActions.map { stage, action in
            var lines = (action.failure?.message ?? "").split(whereSeparator: \.isNewline).map(String.init)
            if lines.count <= 1, let id = ActionText.build(of: action) {
                lines += LogTail.lines(of: home.build(id).log)
            }
            let code = action.failure?.code.rawValue ?? ""
            return "\nFAILED \(TerminalText.visible("\(stage.name)/\(action.name)")) \(code)\n"
                + lines.map { "  \(TerminalText.visible($0))\n" }.joined()
        }.joined()
    }
}
