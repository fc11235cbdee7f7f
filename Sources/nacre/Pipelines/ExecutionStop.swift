// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Pipelines

/// `nacre stop` and `nacre pipeline stop` for an execution.
enum ExecutionStop {
    /// * `arguments`: with `--abandon`, `--reason` and `--json`.
    static func run(_ name: String, _ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let request = PipelineRequest.stop(
            execution: name,
            abandons: arguments.flag("abandon"),
            reason: arguments.string("reason") ?? ""
        )
        let report = try ExecutionArgument.ask(request, context)
        if arguments.flag("json") {
            // The answer of stop-pipeline-execution.
            try context.writeJSON(["pipelineExecutionId": report.execution.id])
            return .success
        }
        let label = report.execution.label
        if report.execution.status.isOver {
            context.tell("\(label) is stopped")
        } else {
            context.tell(
                "\(label) stops when what runs has ended; `nacre stop \(label) --abandon` does not wait for it"
            )
        }
        return .success
    }
}
