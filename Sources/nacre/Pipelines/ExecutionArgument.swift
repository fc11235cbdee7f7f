// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Files
import Pipelines

/// What the verbs of executions have in common.
enum ExecutionArgument {
    static let description = ArgumentDescription(
        "EXECUTION",
        help: "PIPELINE/NUMBER, PIPELINE/latest, or the beginning of its UUID"
    )
    static let pipeline = ArgumentDescription("NAME", help: "as `nacre pipeline list` shows it")

    static let wait = OptionDescription(
        flag: "wait",
        "w",
        help: "go on until it is over, telling each change; the exit code is then the execution's"
    )

    static func name(_ arguments: ParsedArguments) -> String { arguments.required("EXECUTION") }

    /// `A=B` as a pair.
    static func pair(_ text: String, _ option: String, _ arguments: ParsedArguments) throws -> (String, String) {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw arguments.error(option, "must be NAME=VALUE, not '\(text.visible)'")
        }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }

    /// Asks something that is answered by an execution.
    static func ask(_ request: PipelineRequest, _ context: VerbContext) throws -> ExecutionReport {
        guard case .pipeline(.execution(let report)) = try context.ask(.pipeline(request)) else {
            throw VerbError(.fault, "the daemon's answer is not an execution")
        }
        return report
    }

    /// Follows an execution where `--wait` says so, telling what happens from now on on standard error.
    static func waitIfAsked(
        _ report: ExecutionReport,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws -> ExitCode {
        guard arguments.flag("wait") else { return .success }
        var watch = ExecutionWatch(context, .lines, output: context.errors, known: report)
        return ExecutionOutcome.exitCode(try watch.run(report.execution.id), context)
    }
}
