// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Files

/// `nacre logs`.
enum LogsVerb: Verb {
    static let description = CommandDescription(
        "logs",
        abstract: "Writes the log of a build, byte for byte.",
        arguments: [BuildArgument.description],
        options: [
            OptionDescription(
                flag: "follow",
                "f",
                help: "go on until the build ends; the exit code is then the build's"
            ),
            OptionDescription(flag: "json", help: "say where the log is, as JSON, instead of writing it"),
        ],
        examples: [CommandDescription.Example("nacre logs -f latest", "watch the newest build's output")]
    )

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let name = BuildArgument.name(arguments)
        if arguments.flag("json") {
            guard case .build(let build) = try context.ask(.showBuild(build: name)) else { return .fault }
            try context.writeJSON(build.logs)
            return .success
        }
        var client = try ControlClient(context.home)
        let follows = arguments.flag("follow")
        guard case .stream(let build) = try client.ask(.readLog(build: name, follows: follows)) else { return .fault }
        while case let bytes = try client.nextBytes(), !bytes.isEmpty { context.output.write(bytes[...]) }
        return follows ? BuildOutcome.exitCode(try BuildOutcome.ended(build, context)) : .success
    }
}
