// SPDX-License-Identifier: Apache-2.0

import Batches
import Builds
import CommandLines
import Control
import Pipelines

/// `nacre stop`.
enum StopVerb: Verb {
    static let description = CommandDescription(
        "stop",
        abstract: "Stops a build with all of its processes, or an execution when what runs in it has ended.",
        arguments: [Reference.argument],
        options: [
            OptionDescription(flag: "abandon", help: "of an execution: do not wait for what runs, end it now"),
            OptionDescription("reason", value: "TEXT", help: "of an execution: why, for whoever asks later"),
            OptionDescription(flag: "json", help: "write the Build object as it is then, or the execution's id"),
        ],
        examples: [
            CommandDescription.Example("nacre stop abalone#12", "stop one build"),
            CommandDescription.Example(
                "nacre stop abalone/12 --abandon --reason 'wrong data'",
                "stop an execution now"
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let name: String
        switch try Reference.find(BuildArgument.name(arguments), context) {
        case .build(let build): name = build
        case .execution(let report): return try ExecutionStop.run(report.execution.id, arguments, context)
        }
        for option in ["abandon", "reason"] where !arguments.all(option).isEmpty {
            throw arguments.error(option, "is for executions; \(name) is a build")
        }
        let answer = try context.ask(.stopBuild(build: name))
        if case .batch(let batch, _) = answer {
            if arguments.flag("json") { try context.writeJSON(batch) }
            let name = "\(batch.projectName)#batch\(batch.buildBatchNumber)"
            context.tell(batch.complete ? "\(name) is stopped" : "\(name) is being stopped")
            return .success
        }
        guard case .build(let build) = answer else { return .fault }
        if arguments.flag("json") {
            try context.writeJSON(build)
        } else {
            let name = "\(build.projectName)#\(build.buildNumber)"
            context.tell(build.buildComplete ? "\(name) is stopped" : "\(name) is being stopped")
        }
        return .success
    }
}
