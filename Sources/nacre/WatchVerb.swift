// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Glibc
import JSON
import Pipelines
import WireWords

/// `nacre watch`.
enum WatchVerb: Verb {
    static let description = CommandDescription(
        "watch",
        abstract: "Shows a build or an execution as it goes on, what is past first, until it ends.",
        discussion: """
            Of a build, its phases; of an execution, its stages and actions with what they wait for: drawn in place on a \
            terminal, one line a change elsewhere. The exit code is that of the build or execution: 0 good, 1 failed, \
            6 stopped or superseded, 7 timed out, 8 rejected.
            """,
        arguments: [Reference.argument],
        options: [
            OptionDescription(flag: "until-approval", help: "end when an execution waits for a person, too"),
            OptionDescription(
                flag: "json",
                help:
                    "write JSON lines: a build's events, an execution as get-pipeline-execution answers at each change"
            ),
        ],
        examples: [
            CommandDescription.Example("nacre watch latest && ./deploy", "go on when the build is good"),
            CommandDescription.Example("nacre watch abalone/latest", "see an execution go through its pipeline"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let name: String
        switch try Reference.find(BuildArgument.name(arguments), context) {
        case .build(let build): name = build
        case .execution(let report):
            var watch = ExecutionWatch.standard(context, isJSON: arguments.flag("json"))
            let ended = try watch.run(report.execution.id, untilApproval: arguments.flag("until-approval"))
            return ExecutionOutcome.exitCode(ended, context)
        }
        var client = try ControlClient(context.home)
        guard case .stream(let build) = try client.ask(.watchBuild(build: name)) else {
            return .fault
        }
        if !build.buildComplete, let reason = build.statusReason { context.tell(reason) }
        var pending: [UInt8] = []
        while case let bytes = try client.nextBytes(), !bytes.isEmpty {
            pending += bytes
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(pending[..<end])
                pending.removeSubrange(...end)
                if arguments.flag("json") {
                    context.output.write(ArraySlice(line + [UInt8(ascii: "\n")]))
                } else {
                    show(line, context)
                }
            }
        }
        let ended = try BuildOutcome.ended(build, context)
        if !arguments.flag("json") {
            let reason = ended.statusReason.map { " (\(TerminalText.visible($0)))" } ?? ""
            context.output.write("\(ended.projectName)#\(ended.buildNumber) \(ended.buildStatus.rawValue)\(reason)\n")
        }
        return BuildOutcome.exitCode(ended)
    }

    private static func show(_ line: [UInt8], _ context: VerbContext) {
        guard let event = try? JSONText.decode(BuildEvent.self, from: line), event.kind == .phaseFinished,
            let phase = event.phase,
            let end = phase.endTime
        else { return }
        let took = DurationText.text(milliseconds: end.milliseconds - phase.startTime.milliseconds)
        let name = phase.phaseType.rawValue
        let padding = String(repeating: " ", count: max(1, 18 - name.count))
        context.output.write("\(name)\(padding)\(phase.phaseStatus?.rawValue ?? "") in \(took)\n")
    }
}
