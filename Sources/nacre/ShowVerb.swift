// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Pipelines
import Reports
import WireWords

/// `nacre show`.
enum ShowVerb: Verb {
    static let description = CommandDescription(
        "show",
        abstract:
            "Shows one build or execution: where it came from, how it went, why it failed, what it made, how to go on.",
        arguments: [Reference.argument],
        options: [
            OptionDescription(
                flag: "json",
                help: "write the Build object, or the answer of get-pipeline-execution with its actionExecutionDetails"
            )
        ],
        examples: [
            CommandDescription.Example("nacre show latest", "the newest build"),
            CommandDescription.Example("nacre show abalone#12 --json", "one build, for a program"),
            CommandDescription.Example("nacre show abalone/12", "one execution of a pipeline"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let name: String
        switch try Reference.find(BuildArgument.name(arguments), context) {
        case .build(let build): name = build
        case .execution(let report):
            if arguments.flag("json") {
                try context.writeJSON(ExecutionView(report.execution, report.definition))
            } else {
                context.output.write(ExecutionText(report, context).text)
            }
            return .success
        }
        let answer = try context.ask(.showBuild(build: name))
        if case .batch(let batch, let builds) = answer {
            if arguments.flag("json") { try context.writeJSON(batch) }
            if !arguments.flag("json") { context.output.write(BatchText.text(batch, builds)) }
            return .success
        }
        guard case .build(let build) = answer else { return .fault }
        if arguments.flag("json") {
            try context.writeJSON(build)
        } else {
            context.output.write(text(build) + reports(build, context))
        }
        return .success
    }

    private static func text(_ build: Build) -> String {
        var lines = [
            "\(build.projectName)#\(build.buildNumber)  \(build.buildStatus.rawValue)",
            "  id        \(build.id)",
        ]
        if let reason = build.statusReason { lines.append("  note      \(reason)") }
        if let config = build.autoRetryConfig {
            let most = max(config.autoRetryLimit, config.autoRetryNumber) + 1
            lines.append("  attempt   \(config.autoRetryNumber + 1) of at most \(most)")
            if let previous = config.previousAutoRetry { lines.append("  before    \(identifier(previous))") }
            if let next = config.nextAutoRetry { lines.append("  next      \(identifier(next))") }
        }
        if let item = build.batchBuildIdentifier {
            lines.append("  batch     \(build.buildBatchArn.map(identifier) ?? "?") [\(item)]")
        }
        if let version = build.sourceVersion {
            lines.append("  source    \(version)\(build.resolvedSourceVersion.map { " at \($0)" } ?? "")")
        }
        if let execution = build.pipelineExecution {
            lines.append("  for       \(execution), action \(build.pipelineAction ?? "?")")
        }
        lines.append("  by        \(build.initiator)")
        lines.append("  started   \(build.startTime.text)")
        if let end = build.endTime {
            lines.append(
                "  took      \(DurationText.text(milliseconds: end.milliseconds - build.startTime.milliseconds))"
            )
        }
        if let removal = build.removal {
            lines.append("  removed   \(removal.sentence("its log and artifacts were"))")
        } else {
            lines.append("  log       \(build.logs.file)")
        }
        for variable in build.environment.environmentVariables {
            lines.append("  variable  \(variable.name)=\(variable.value)")
        }
        for variable in build.exportedEnvironmentVariables {
            lines.append("  exported  \(variable.name)=\(variable.value)")
        }
        for artifacts in [build.artifacts] + build.secondaryArtifacts where !artifacts.location.isEmpty {
            let name = artifacts.artifactIdentifier ?? "artifacts"
            let size = ByteText.text(artifacts.size ?? 0)
            lines.append(
                "  artifact  \(name): \(artifacts.files ?? 0) files, \(size), sha256 \(artifacts.sha256sum ?? "?")"
            )
        }
        lines.append("")
        let neutral = lines.map { TerminalText.visible($0) }.joined(separator: "\n")
        return neutral + "\n" + phases(build)
    }

    /// The totals of each report, with its failed cases.
    private static func reports(_ build: Build, _ context: VerbContext) -> String {
        guard build.reportArns != nil, let id = BuildID(build.id),
            let files = try? ReportFile.read(context.home.build(id).reports), !files.isEmpty
        else { return "" }
        let lines = files.flatMap { ReportText.lines(of: $0, failedCaseLimit: 20) }
        return "\n  REPORTS\n" + lines.map { "  \(TerminalText.visible($0))\n" }.joined()
    }

    /// The build's name in an ARN.
    private static func identifier(_ arn: String) -> String {
        arn.split(separator: "/", maxSplits: 1).last.map(String.init) ?? arn
    }

    private static func phases(_ build: Build) -> String {
        let table = TableFormatter(
            columns: [.init("  PHASE"), .init("STATUS"), .init("TOOK", isRightAligned: true), .init("MESSAGE")],
            showsHeader: true
        )
        let rows = build.phases.filter { $0.phaseType != .completed }.map { phase in
            let took = phase.endTime.map {
                DurationText.text(milliseconds: $0.milliseconds - phase.startTime.milliseconds)
            }
            let context = phase.contexts?.first
            let message = [context?.statusCode, context?.message].compactMap { $0 }.filter { !$0.isEmpty }.joined(
                separator: ": "
            )
            let status = phase.phaseStatus?.rawValue ?? "IN_PROGRESS"
            return ["  \(phase.phaseType.rawValue)", status, took ?? "", TerminalText.visible(message)]
        }
        return table.text(rows)
    }
}
