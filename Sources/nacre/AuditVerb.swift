// SPDX-License-Identifier: Apache-2.0

import Audits
import Builds
import CommandLines
import Control
import Diagnostics
import Files

/// `nacre audit`.
enum AuditVerb: Verb {
    private static let json = OptionDescription(flag: "json", help: "write JSON")

    static let description = CommandDescription(
        "audit",
        abstract: "Shows who did what, and checks that the record of it is whole.",
        discussion: """
            Every request that changes something is on record in audit.log of the home before it is done: who, as the kernel \
            tells it, when, what. Each line holds the SHA-256 of the one before, so that a line that was changed or taken out \
            shows. No daemon is needed.
            """,
        subcommands: [
            CommandDescription(
                "list",
                abstract: "Lists the newest records, the oldest of them first.",
                options: [
                    OptionDescription(
                        "since",
                        value: "WHEN",
                        help: "none before: `90m`, `2d` ago, or `2026-01-31`, `2026-01-31T12:00`, in UTC"
                    ),
                    OptionDescription("limit", "n", value: "N", default: "50", help: "how many at most"),
                    json,
                ],
                examples: [CommandDescription.Example("nacre audit list --since 1d", "what was done since yesterday")]
            ),
            CommandDescription(
                "verify",
                abstract: "Checks the chain; the exit code is 1 where it is broken, and the first such place is named.",
                arguments: [
                    ArgumentDescription(
                        "FILE",
                        .any,
                        .file,
                        help: "files of the log, oldest first (default: all of the home, and that no end is missing)"
                    )
                ],
                options: [json]
            ),
        ]
    )

    /// What came of checking, as `--json` shows it.
    private struct Verdict: Encodable {
        var isWhole: Bool
        var records: Int
        var last: String
        var problem: AuditProblem?
        var note: String?
    }

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        do throws(FileError) {
            if arguments.path.last == "verify" { return try verify(arguments, context) }
        } catch {
            throw VerbError(.notFound, "the audit log cannot be read: \(error)")
        }
        try list(arguments, context)
        return .success
    }

    // MARK: - Checking

    private static func verify(_ arguments: ParsedArguments, _ context: VerbContext) throws(FileError) -> ExitCode {
        let paths = arguments.all("FILE")
        let verdict =
            try paths.isEmpty
            ? AuditVerifier.verify(
                AuditFiles(in: context.home.path),
                isExpected: Folder.exists(context.home.database)
            ) : AuditVerifier.verify(paths)
        if arguments.flag("json") {
            try? context.writeJSON(
                Verdict(
                    isWhole: verdict.problem == nil,
                    records: verdict.records,
                    last: "\(verdict.sequence):\(verdict.digest)",
                    problem: verdict.problem,
                    note: verdict.note
                )
            )
        } else {
            if let note = verdict.note { context.tell("warning: \(note)") }
            if let problem = verdict.problem {
                context.tell("\(problem)")
            } else {
                let records = verdict.records == 1 ? "1 record is" : "\(verdict.records) records are"
                context.tell("\(records) whole; the last is \(verdict.sequence):\(verdict.digest)")
            }
        }
        return verdict.problem == nil ? .success : .failed
    }

    // MARK: - Showing

    private static func list(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let limit = try arguments.integer("limit", in: 1...1_000_000) ?? 50
        let since = try arguments.string("since").map { try instant($0, arguments) }
        let files = AuditFiles(in: context.home.path)
        let records =
            Folder.isFolder(context.home.path) ? try AuditReader.newest(of: files, limit: limit, since: since) : []
        if arguments.flag("json") { return try context.writeJSON(records) }
        let table = TableFormatter(
            columns: [
                .init("NUMBER", isRightAligned: true), .init("TIME"), .init("WHO"), .init("WHAT"), .init("ON"),
                .init("DETAILS", canShrink: true),
            ],
            showsHeader: context.isTerminal
        )
        let rows = records.map { record in
            [
                String(record.sequence), record.time, record.who.name, record.action, record.subject,
                record.details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "),
            ].map { TerminalText.visible($0) }
        }
        context.output.write(table.text(rows, width: context.isTerminal ? context.columns : nil))
    }

    /// The instant as records write it: texts of one form, whose order is that of time.
    private static func instant(_ text: String, _ arguments: ParsedArguments) throws -> String {
        if let beginning = AuditTime.beginning(text) { return beginning }
        guard let seconds = DurationText.seconds(text) else {
            throw arguments.error("since", "must be like `2d`, `2026-01-31` or `2026-01-31T12:00`, not '\(text)'")
        }
        return Timestamp(milliseconds: Timestamp.now().milliseconds - Int64(seconds) * 1000).text
    }
}
