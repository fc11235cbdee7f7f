// SPDX-License-Identifier: Apache-2.0

import Backups
import CommandLines
import Control
import Daemon
import Files
import Glibc

/// `nacre backup`.
enum BackupVerb: Verb {
    static let description = CommandDescription(
        "backup",
        abstract: "Writes everything that cannot be made again into one file, while the daemon goes on working.",
        discussion: """
            The file is a tar archive with a manifest of sizes and SHA-256 sums; it holds the secrets with their key, so keep \
            it as you keep them. Workspaces and caches are not in it, nor are repositories that lie outside of the home. It \
            works without a daemon, too.
            """,
        arguments: [ArgumentDescription("FILE", .one, .file, help: "what is written; `-` for standard output")],
        options: [
            OptionDescription("home", value: "DIR", .directory, help: "the home (default: $NACRE_HOME)"),
            OptionDescription(flag: "without-artifacts", help: "leave out the artifacts and objects of buckets"),
            OptionDescription(flag: "without-logs", help: "leave out the logs of builds and environments"),
            OptionDescription(flag: "without-secrets", help: "leave out parameters and secrets, and their key"),
            OptionDescription(flag: "verify", help: "write nothing: compare FILE with its own manifest"),
            OptionDescription(flag: "json", help: "write what the backup holds as JSON"),
        ],
        examples: [
            CommandDescription.Example("nacre backup /mnt/backup/nacre.tar", "a backup of the home"),
            CommandDescription.Example("nacre backup - | zstd > nacre.tar.zst", "a compressed one"),
            CommandDescription.Example("nacre backup --verify /mnt/backup/nacre.tar", "is it good?"),
        ]
    )

    private struct Report: Encodable {
        var summary: BackupSummary
        var problems: [String]
    }

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let file = arguments.required("FILE")
        if arguments.flag("verify") { return try verify(file, arguments, context) }
        var options = HomeBackup.Options()
        options.artifacts = !arguments.flag("without-artifacts")
        options.logs = !arguments.flag("without-logs")
        options.secrets = !arguments.flag("without-secrets")
        let backup = HomeBackup(try context.home(arguments), options)
        let outcome: HomeBackup.Outcome
        if file == "-" {
            if context.isTerminal {
                throw arguments.error("FILE", "standard output is a terminal; send it somewhere, or name a file")
            }
            outcome = try backup.write(to: Descriptor(owning: try FileError.check("dup") { dup(STDOUT_FILENO) }))
        } else {
            outcome = try backup.write(to: try context.absolute(file))
        }
        for problem in outcome.problems { context.tell("not as it should be: \(problem)") }
        if arguments.flag("json"), file != "-" {
            try context.writeJSON(Report(summary: outcome.summary, problems: outcome.problems))
        } else {
            let secrets = outcome.hasSecrets ? "; the secrets and their key are in it" : ""
            context.tell("\(text(outcome.summary)) written to \(file == "-" ? "standard output" : file)\(secrets)")
        }
        return outcome.problems.isEmpty ? .success : .failed
    }

    private static func verify(
        _ file: String,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws -> ExitCode {
        let summary = try BackupReader(try context.absolute(file)).verify()
        if arguments.flag("json") {
            try context.writeJSON(Report(summary: summary, problems: []))
        } else {
            let header = summary.header
            let without = header.without.isEmpty ? "" : ", without \(header.without.joined(separator: ", "))"
            context.tell("\(file) is good: \(text(summary)), of \(header.home) at \(header.time)\(without)")
        }
        return .success
    }

    private static func text(_ summary: BackupSummary) -> String {
        "\(summary.entries) entries, \(ByteText.text(summary.bytes))"
    }
}
