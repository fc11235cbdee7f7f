// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics
import Files
import Retention

/// `nacre gc`.
enum GCVerb: Verb {
    static let description = CommandDescription(
        "gc",
        abstract: "Removes what is not to be kept any more, or shows what that is, and why the rest stays.",
        options: [
            OptionDescription(flag: "dry-run", help: "remove nothing, only show what would go"),
            OptionDescription("project", value: "NAME", help: "only of this project or pipeline"),
            OptionDescription(flag: "json", help: "write JSON"),
        ],
        examples: [
            CommandDescription.Example("nacre gc --dry-run", "what would go, how many bytes, and what stays and why"),
            CommandDescription.Example("nacre gc --project abalone", "make room among the builds of one project"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let request = RetentionRequest.collect(
            isDryRun: arguments.flag("dry-run"),
            project: arguments.string("project")
        )
        guard case .retention(let report) = try context.ask(.retention(request)) else { return .fault }
        if arguments.flag("json") {
            try context.writeJSON(report)
        } else {
            context.output.write(text(report))
        }
        for problem in report.problems { context.tell(problem) }
        if report.missingBytes > 0 {
            context.tell(
                "\(ByteText.text(report.missingBytes)) more should be free by the policy, and nothing more may be removed"
            )
        }
        return report.missingBytes > 0 || !report.problems.isEmpty ? .failed : .success
    }

    private static func text(_ report: RetentionReport) -> String {
        let table = TableFormatter(
            columns: [.init(""), .init(""), .init("", isRightAligned: true), .init("")],
            showsHeader: false
        )
        let items = report.items.map { item in
            [
                "  \(TerminalText.visible(item.name))", item.action == .remove ? "whole" : "files",
                ByteText.text(item.bytes), item.reason.explanation,
            ]
        }
        var text = table.text(items)
        if report.itemCount > report.items.count { text += "  … and \(report.itemCount - report.items.count) more\n" }
        for other in report.others {
            let size = other.bytes > 0 ? ", \(ByteText.text(other.bytes))" : ""
            text += "  \(word(other.kind)): \(other.count)\(size)\n"
        }
        let verb = report.isDryRun ? "would be removed" : "removed"
        text += "\(ByteText.text(report.bytes)) \(verb); \(ByteText.text(report.freeBytes)) of "
        text += "\(ByteText.text(report.totalBytes)) are free"
        text += report.floorBytes > 0 ? ", at least \(ByteText.text(report.floorBytes)) are to be\n" : "\n"
        let kept = TableFormatter(columns: [.init("", isRightAligned: true), .init("")], showsHeader: false)
        if !report.kept.isEmpty {
            text += "What stays:\n" + kept.text(report.kept.map { ["  \($0.count)", $0.explanation] })
        }
        return text
    }

    private static func word(_ kind: RetentionReport.Other.Kind) -> String {
        switch kind {
        case .artifacts: "artifacts that nothing refers to"
        case .buildFolders: "folders that belong to nothing"
        case .objectVersions: "old versions of objects"
        case .caches: "caches"
        case .workspaces: "workspaces kept for `nacre debug`"
        case .rows: "old rows of the journal"
        }
    }
}
