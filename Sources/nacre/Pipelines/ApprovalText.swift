// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import JSON
import Pipelines
import Reports

/// What a person reads before an approval.
enum ApprovalText {
    /// Metrics that are shown without `--json`.
    private static let metricLimit = 30
    /// The most values that a file may have to be shown beside others.
    private static let fileLimit = 40

    /// What is asked by one approval, with the view of its execution.
    static func text(_ approval: WaitingApproval, _ context: VerbContext) throws -> String {
        let execution = approval.report.execution.id
        guard case .definition(.approval(var view)) = try context.ask(.definition(.approval(execution: execution)))
        else {
            throw VerbError(
                .fault,
                "the daemon gave another answer than the view of \(approval.report.execution.label)"
            )
        }
        view.questions.removeAll { $0.stage != approval.stage || $0.action != approval.action.name }
        return text(view, context)
    }

    /// The view as text, with an end of line: the question, what is new, the numbers beside the live ones, tests, artifacts.
    static func text(_ view: ApprovalView, _ context: VerbContext) -> String {
        text(view, now: Timestamp.now().milliseconds, width: context.isTerminal ? context.columns : nil)
    }

    /// - Parameters:
    ///   - view: what is shown.
    ///   - now: milliseconds since 1970, UTC.
    ///   - width: the terminal's columns; nil: nothing is cut.
    /// - Returns: lines, each with its end.
    static func text(_ view: ApprovalView, now: Int64, width: Int?) -> String {
        var result = "\(view.label)  \(view.status.rawValue)  started by \(trigger(view.trigger))\n"
        for question in view.questions { result += lines(question, now: now) }
        if let live = view.live {
            result += "live      \(view.pipeline)/\(live.number), \(RelativeTime.text(live.since, now: now))\n"
        } else {
            result += "live      nothing yet, this would be the first\n"
        }
        result += sources(view, now: now)
        result += metrics(view, width: width)
        result += tests(view)
        result += variables(view, width: width)
        result += artifacts(view)
        for note in view.notes { result += "note: \(TerminalText.visible(note))\n" }
        return result
    }

    private static func trigger(_ trigger: ExecutionTrigger) -> String {
        let detail = trigger.detail.isEmpty ? "" : " (\(trigger.detail))"
        return TerminalText.visible(trigger.kind.rawValue + detail)
    }

    private static func lines(_ question: ApprovalView.Question, now: Int64) -> String {
        var lines = ["waits     \(question.stage)/\(question.action), \(RelativeTime.text(question.since, now: now))"]
        if let deadline = question.deadline {
            lines[0] += "; it fails by itself \(RelativeTime.text(deadline, now: now))"
        }
        if let data = question.customData, !data.isEmpty { lines.append("asks      \(data)") }
        if let link = question.externalEntityLink, !link.isEmpty { lines.append("look at   \(link)") }
        return lines.map { TerminalText.visible($0) + "\n" }.joined()
    }

    // MARK: - Parts

    private static func sources(_ view: ApprovalView, now: Int64) -> String {
        if view.sources.isEmpty { return "" }
        var result = "\nSOURCES\n"
        for source in view.sources {
            let isSame = source.live?.id == source.revision.id
            var head = "  \(source.action) at \(source.revision.id.prefix(8))"
            if isSame {
                head += ", as live"
            } else if let live = source.live {
                let count = source.commits.count + source.moreCommits
                head += ", live is \(live.id.prefix(8)): \(count) new \(count == 1 ? "commit" : "commits")"
                if source.lostCommits > 0 { head += ", \(source.lostCommits) taken back" }
            }
            result += TerminalText.visible(head) + "\n"
            if source.commits.isEmpty, !isSame, !source.revision.summary.isEmpty {
                result += "    \(TerminalText.visible(source.revision.summary))\n"
            }
            for commit in source.commits {
                let line = "\(commit.id.prefix(8))  \(commit.summary)  (\(commit.author)"
                result += "    \(TerminalText.visible("\(line), \(RelativeTime.text(commit.at, now: now)))"))\n"
            }
            if source.moreCommits > 0 { result += "    +\(source.moreCommits) more\n" }
            if let note = source.note { result += "    note: \(TerminalText.visible(note))\n" }
        }
        return result
    }

    private static func metrics(_ view: ApprovalView, width: Int?) -> String {
        if view.metrics.isEmpty { return "" }
        // A file of hundreds of values is a model or data, and would hide the report beside it.
        var files: [String: Int] = [:]
        for metric in view.metrics { files[file(metric), default: 0] += 1 }
        let large = files.filter { $0.value > fileLimit && files.count > 1 }
        // Changed numbers first, then other numbers, then texts; the order within is the report's.
        let ranked = view.metrics.filter { large[file($0)] == nil }.enumerated().sorted { left, right in
            (rank(left.element), left.offset) < (rank(right.element), right.offset)
        }
        let shown = ranked.prefix(metricLimit).sorted { $0.offset < $1.offset }.map(\.element)
        let hasSeveral = Set(shown.map(file)).count > 1
        var columns: [TableFormatter.Column] = [
            .init("  METRIC", canShrink: true), .init("THIS", isRightAligned: true),
            .init("LIVE", isRightAligned: true), .init("DIFFERENCE", isRightAligned: true),
        ]
        if hasSeveral { columns.append(.init("REPORT", canShrink: true)) }
        let rows = shown.map { metric in
            var row = [
                "  \(metric.path)", metric.value.map(plain) ?? "-", metric.live.map(plain) ?? "-",
                difference(metric),
            ]
            if hasSeveral { row.append("\(metric.artifact)/\(metric.file)") }
            return row
        }
        var title = "\nMETRICS"
        if !hasSeveral, let first = shown.first { title += "  \(first.artifact)/\(first.file)" }
        var result = TerminalText.visible(title, keepsLines: true) + "\n"
        result += TableFormatter(columns: columns).text(rows, width: width)
        let more = ranked.count - shown.count
        if more > 0 { result += "  +\(more) more (--json shows them)\n" }
        for (name, count) in large.sorted(by: { $0.key < $1.key }) {
            result += TerminalText.visible("  \(name): \(count) values (--json shows them)") + "\n"
        }
        if view.moreMetrics > 0 { result += "  +\(view.moreMetrics) that were not read\n" }
        return result
    }

    private static func file(_ metric: MetricComparison) -> String { "\(metric.artifact)/\(metric.file)" }

    private static func rank(_ metric: MetricComparison) -> Int {
        metric.isNumber ? (metric.isChanged ? 0 : 1) : (metric.isChanged ? 2 : 3)
    }

    /// `+0.12 (+3.4 %)`; `changed` for what is no number.
    private static func difference(_ metric: MetricComparison) -> String {
        guard let difference = metric.difference else {
            return metric.value == metric.live
                ? "" : metric.live == nil ? "new" : metric.value == nil ? "gone" : "changed"
        }
        if difference == 0 { return "=" }
        var text = "\(difference > 0 ? "+" : "-")\(rounded(difference.magnitude))"
        if case .number(let live)? = metric.live, let live = Double(live), live != 0 {
            let percent = difference / live.magnitude * 100
            if percent.magnitude < 1_000_000 { text += " (\(percent > 0 ? "+" : "-")\(fixed(percent.magnitude)) %)" }
        }
        return text
    }

    /// Four significant digits.
    private static func rounded(_ value: Double) -> String {
        guard value >= 1e-9, value < 1e15 else { return "\(value)" }
        var factor = 1.0
        while value * factor < 1_000 { factor *= 10 }
        let text = "\((value * factor).rounded() / factor)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// One digit behind the point.
    private static func fixed(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: ""
        }
    }

    private static func tests(_ view: ApprovalView) -> String {
        if view.reports.isEmpty { return "" }
        let lines = view.reports.map { report -> String in
            let live = report.live.map { $0 == report.totals ? "  (live: the same)" : "  (live: \($0))" } ?? ""
            return "  \(TerminalText.visible("\(report.status)  \(report.name): \(report.totals)\(live)"))\n"
        }
        return "\nTESTS\n" + lines.joined()
    }

    private static func variables(_ view: ApprovalView, width: Int?) -> String {
        if view.variables.isEmpty { return "" }
        let rows = view.variables.map { variable in
            [
                "  \(variable.namespace).\(variable.name)", variable.value,
                variable.live.map { $0 == variable.value ? "=" : $0 } ?? "-",
            ]
        }
        let columns: [TableFormatter.Column] = [
            .init("  VARIABLE"), .init("THIS", canShrink: true), .init("LIVE", canShrink: true),
        ]
        return "\nVARIABLES\n" + TableFormatter(columns: columns).text(rows, width: width)
    }

    private static func artifacts(_ view: ApprovalView) -> String {
        if view.artifacts.isEmpty { return "" }
        let rows = view.artifacts.map { artifact in
            ["  \(artifact.name)", ByteText.text(artifact.size), artifact.change, "sha256 \(artifact.digest)"]
        }
        let columns: [TableFormatter.Column] = [
            .init("  NAME"), .init("SIZE", isRightAligned: true), .init("CHANGE"), .init("DIGEST"),
        ]
        return "\nARTIFACTS\n" + TableFormatter(columns: columns, showsHeader: false).text(rows)
    }
}
