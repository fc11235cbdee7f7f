// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Pipelines

/// `nacre blame`.
enum BlameVerb: Verb {
    static let description = CommandDescription(
        "blame",
        abstract: "Says what runs in an environment, or lies in a bucket, and where it came from.",
        discussion: """
            The execution that put it there, the commits of its sources with their authors, who approved it, and the digests of \
            its artifacts. `nacre show EXECUTION` tells it the other way round.
            """,
        arguments: [ArgumentDescription("PLACE", help: "an environment, or a bucket")],
        options: [OptionDescription(flag: "json", help: "write JSON")],
        examples: [
            CommandDescription.Example("nacre blame production", "which commits are live")
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let request = DefinitionRequest.blame(place: arguments.required("PLACE"))
        guard case .definition(.blame(let view)) = try context.ask(.definition(request)) else { return .fault }
        if arguments.flag("json") {
            try context.writeJSON(view)
        } else {
            context.output.write(text(view, now: Timestamp.now().milliseconds))
        }
        return .success
    }

    static func text(_ view: BlameView, now: Int64) -> String {
        var lines = ["\(view.kind) \(view.name)  \(view.state)"]
        if view.items.isEmpty { lines.append("  nothing is there") }
        for item in view.items { lines += self.lines(item, now: now) }
        return lines.map { TerminalText.visible($0) + "\n" }.joined()
    }

    private static func lines(_ item: BlameView.Item, now: Int64) -> [String] {
        var lines = ["", "  \(item.name)"]
        if let at = item.deployedAt { lines[1] += "  deployed \(RelativeTime.text(at, now: now))" }
        if let digest = item.digest { lines.append("    digest    sha256 \(digest)") }
        if let pipeline = item.pipeline, let number = item.number {
            let place = [item.stage, item.action].compactMap { $0 }.joined(separator: "/")
            lines.append("    execution \(pipeline)/\(number)\(place.isEmpty ? "" : "  by \(place)")")
            if let id = item.execution { lines.append("    id        \(id)") }
        }
        if let trigger = item.trigger {
            let detail = trigger.detail.isEmpty ? "" : " (\(trigger.detail))"
            lines.append("    started   \(trigger.kind.rawValue)\(detail)")
        }
        for (action, revision) in item.revisions.sorted(by: { $0.key < $1.key }) {
            let author = revision.author.map { "  \($0)" } ?? ""
            lines.append("    source    \(action) at \(revision.id)\(author)")
            if !revision.summary.isEmpty { lines.append("              \(revision.summary)") }
        }
        for approval in item.approvals {
            let record = approval.record
            let comment = record.comment.isEmpty ? "" : ": \(record.comment)"
            lines.append(
                "    approved  \(approval.stage)/\(approval.action) by \(record.person), "
                    + "\(RelativeTime.text(record.at, now: now))\(comment)"
            )
        }
        for artifact in item.artifacts {
            lines.append(
                "    artifact  \(artifact.name)  \(ByteText.text(artifact.size))  sha256 \(artifact.digest)"
            )
        }
        if let note = item.note { lines.append("    note      \(note)") }
        return lines
    }
}
