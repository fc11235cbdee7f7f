// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Daemon
import Files

/// `nacre version`.
enum VersionVerb: Verb {
    static let description = CommandDescription(
        "version",
        abstract: "Writes the version.",
        options: [OptionDescription(flag: "json", help: "write JSON")]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        if arguments.flag("json") {
            try context.writeJSON(["version": Version.text])
        } else {
            context.output.write("nacre \(Version.text)\n")
        }
        return .success
    }
}
