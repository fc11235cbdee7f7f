// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Files

/// `nacre logs`.
enum LogsVerb: Verb {
    static let description = CommandDescription(
        "logs",
        abstract: "Writes the log of a build, byte for byte, or those of the builds of an execution.",
        discussion: """
            A terminal gets the text and its colours; control characters that could do more to it are shown instead.
            """,
        arguments: [
            Reference.argument,
            ArgumentDescription(
                "ACTION",
                .optional,
                help: "of an execution: only this action's, ACTION or STAGE/ACTION; its last attempt"
            ),
        ],
        options: [
            OptionDescription(
                flag: "follow",
                "f",
                help: "go on until the build or execution ends; the exit code is then its own"
            ),
            OptionDescription(flag: "json", help: "say where the log is, as JSON, instead of writing it"),
        ],
        examples: [
            CommandDescription.Example("nacre logs -f latest", "watch the newest build's output"),
            CommandDescription.Example("nacre logs abalone/12 Train", "what an action of an execution has said"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let name: String
        switch try Reference.find(BuildArgument.name(arguments), context) {
        case .build(let build): name = build
        case .execution(let report): return try write(report, arguments, context)
        }
        if arguments.string("ACTION") != nil {
            throw arguments.error("ACTION", "is for executions; \(name) is a build")
        }
        if arguments.flag("json") {
            guard case .build(let build) = try context.ask(.showBuild(build: name)) else { return .fault }
            try context.writeJSON(build.logs)
            return .success
        }
        var client = try ControlClient(context.home)
        let follows = arguments.flag("follow")
        guard case .stream(let build) = try client.ask(.readLog(build: name, follows: follows)) else { return .fault }
        if let removal = build.removal {
            throw VerbError(.notFound, "\(build.projectName)#\(build.buildNumber): \(removal.sentence("its log was"))")
        }
        var output = LogOutput(context)
        while case let bytes = try client.nextBytes(), !bytes.isEmpty { output.write(bytes[...]) }
        output.finish()
        return follows ? BuildOutcome.exitCode(try BuildOutcome.ended(build, context)) : .success
    }

    private static func write(
        _ report: ExecutionReport,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws -> ExitCode {
        let logs = ExecutionLogs(context: context, action: arguments.string("ACTION"))
        if arguments.flag("json") {
            try context.writeJSON(try logs.entries(report))
        } else if arguments.flag("follow") {
            return ExecutionOutcome.exitCode(try logs.follow(report), context)
        } else {
            try logs.write(report)
        }
        return .success
    }
}
