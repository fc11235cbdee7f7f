// SPDX-License-Identifier: Apache-2.0

import Backups
import CommandLines
import Control
import Daemon
import Files

/// `nacre restore`.
enum RestoreVerb: Verb {
    static let description = CommandDescription(
        "restore",
        abstract: "Makes a home out of a backup; it is there whole or not at all.",
        discussion: """
            The home must be missing or empty. What ran when the backup was made is marked as interrupted and is not taken up, \
            since it may go on elsewhere; builds that waited wait on, and so do approvals. A daemon is started by hand \
            afterwards.
            """,
        arguments: [ArgumentDescription("FILE", .one, .file, help: "a file that `nacre backup` wrote")],
        options: [
            OptionDescription("home", value: "DIR", .directory, help: "the home to be made (default: $NACRE_HOME)"),
            OptionDescription(flag: "json", help: "write what was restored as JSON"),
        ],
        examples: [
            CommandDescription.Example("nacre restore nacre.tar --home /srv/nacre", "restore to another place")
        ]
    )

    private struct Report: Encodable {
        var home: String
        var summary: BackupSummary
        var interruptedBuilds: [String]
        var interruptedActions: [String]
        var warnings: [String]
    }

    static func audit(of arguments: ParsedArguments) -> VerbAudit? {
        var audit = VerbAudit(subject: arguments.required("FILE"))
        audit.comesAfter = true
        return audit
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let file = arguments.required("FILE")
        let home = try context.home(arguments)
        let outcome = try HomeRestore(home, hookProgram: try context.program("nacre-hook")).run(context.absolute(file))
        if arguments.flag("json") {
            let report = Report(
                home: home.path,
                summary: outcome.summary,
                interruptedBuilds: outcome.interruptedBuilds,
                interruptedActions: outcome.interruptedActions,
                warnings: outcome.warnings
            )
            try context.writeJSON(report)
            return .success
        }
        for warning in outcome.warnings { context.tell("to do: \(warning)") }
        let interrupted = [
            (outcome.interruptedBuilds, "interrupted builds"),
            (outcome.interruptedActions, "interrupted actions"),
        ]
        for (names, what) in interrupted where !names.isEmpty {
            let more = names.count > 10 ? ", …" : ""
            context.tell("\(what) (\(names.count)): \(names.prefix(10).joined(separator: ", "))\(more)")
        }
        let size = "\(outcome.summary.entries) entries, \(ByteText.text(outcome.summary.bytes))"
        context.tell("\(home.path) is restored to \(outcome.summary.header.time) (\(size)); start it: nacre daemon")
        return .success
    }
}
