// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Glibc
import JSON
import WireWords

/// `nacre watch`.
enum WatchVerb: Verb {
    static let description = CommandDescription(
        "watch",
        abstract: "Shows the phases of a build as they come, past ones first, until it ends.",
        discussion: "The exit code is the build's.",
        arguments: [BuildArgument.description],
        options: [OptionDescription(flag: "json", help: "write events as JSON lines")],
        examples: [CommandDescription.Example("nacre watch latest && ./deploy", "go on when the build is good")]
    )

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        var client = try ControlClient(context.home)
        guard case .stream(let build) = try client.ask(.watchBuild(build: BuildArgument.name(arguments))) else {
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
