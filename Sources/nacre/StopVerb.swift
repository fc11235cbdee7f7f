// SPDX-License-Identifier: Apache-2.0

import Batches
import Builds
import CommandLines
import Control

/// `nacre stop`.
enum StopVerb: Verb {
    static let description = CommandDescription(
        "stop",
        abstract: "Stops a build that waits or runs, with all of its processes.",
        arguments: [BuildArgument.description],
        options: [OptionDescription(flag: "json", help: "write the Build object as it is then")],
        examples: [CommandDescription.Example("nacre stop abalone#12", "stop one")]
    )

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let answer = try context.ask(.stopBuild(build: BuildArgument.name(arguments)))
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
