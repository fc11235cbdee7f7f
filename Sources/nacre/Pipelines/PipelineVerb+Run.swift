// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Files
import Pipelines

/// What the verbs of `nacre pipeline` do.
extension PipelineVerb {
    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        switch arguments.path.last {
        case "list": try list(arguments, context)
        case "show": try show(arguments, context)
        case "start": return try start(arguments, context)
        case "stop": return try ExecutionStop.run(ExecutionArgument.name(arguments), arguments, context)
        case "retry": return try retry(arguments, context)
        case "rollback": return try rollback(arguments, context)
        case "override": return try override(arguments, context)
        case "enable": try setTransition(isEnabled: true, arguments, context)
        case "disable": try setTransition(isEnabled: false, arguments, context)
        default:
            let name = arguments.required("NAME")
            _ = try context.ask(.pipeline(.delete(pipeline: name)))
            context.tell("pipeline \(name) is removed")
        }
        return .success
    }

    // MARK: - Reading

    private static func list(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        guard case .pipeline(.pipelines(let reports)) = try context.ask(.pipeline(.list)) else { return }
        if arguments.flag("json") {
            let summaries = reports.map { report in
                PipelineSummary(
                    report.definition,
                    created: report.document.metadata.created.milliseconds,
                    updated: report.document.metadata.updated.milliseconds
                )
            }
            return try context.writeJSON(["pipelines": summaries])
        }
        context.output.write(PipelineText.table(reports, context))
    }

    private static func show(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let name = arguments.required("NAME")
        guard case .pipeline(.pipeline(let report)) = try context.ask(.pipeline(.show(pipeline: name))) else { return }
        if arguments.flag("definition") { return try context.writeJSON(report.document) }
        if arguments.flag("json") { return try context.writeJSON(report.state) }
        context.output.write(PipelineText.text(report, context))
    }

    // MARK: - Starting

    private static func start(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        var revisions: [String: String] = [:]
        for text in arguments.all("source") {
            let (action, revision) = try ExecutionArgument.pair(text, "source", arguments)
            revisions[action] = revision
        }
        var variables: [String: String] = [:]
        for text in arguments.all("variable") {
            let (name, value) = try ExecutionArgument.pair(text, "variable", arguments)
            variables[name] = value
        }
        let request = PipelineRequest.start(
            pipeline: arguments.required("NAME"),
            revisions: revisions,
            variables: variables,
            token: arguments.string("token")
        )
        let report = try ExecutionArgument.ask(request, context)
        if arguments.flag("json") {
            try context.writeJSON(["pipelineExecutionId": report.execution.id])
        } else {
            context.output.write("\(report.execution.label)\n")
        }
        if !arguments.flag("wait") { context.tell("started; `nacre watch \(report.execution.label)` shows it") }
        return try ExecutionArgument.waitIfAsked(report, arguments, context)
    }

    private static func retry(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let request = PipelineRequest.retry(
            execution: ExecutionArgument.name(arguments),
            stage: arguments.string("stage"),
            mode: arguments.flag("all") ? .allActions : .failedActions
        )
        let report = try ExecutionArgument.ask(request, context)
        let stage = report.execution.stages.last { $0.status != nil }?.name ?? ""
        return try tell(report, "\(report.execution.label) runs \(stage) again", arguments, context)
    }

    private static func rollback(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        guard let stage = arguments.string("stage") else { throw arguments.error("stage", "is missing") }
        let request = PipelineRequest.rollback(
            pipeline: arguments.required("NAME"),
            stage: stage,
            target: arguments.string("to")
        )
        let report = try ExecutionArgument.ask(request, context)
        let target = report.execution.rollbackTarget ?? ""
        return try tell(
            report,
            "\(report.execution.label) brings \(stage) back to how it was in \(target)",
            arguments,
            context
        )
    }

    private static func override(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let name = ExecutionArgument.name(arguments)
        let execution = try Reference.execution(name, context).execution
        let failed = execution.stages.compactMap { stage -> (String, ConditionKind)? in
            guard let condition = stage.conditions.last, condition.status == .failed || condition.status == .errored
            else { return nil }
            return (stage.name, condition.kind)
        }.last
        guard let stage = arguments.string("stage") ?? failed?.0 else {
            throw VerbError(.failed, "no condition of \(execution.label) has failed")
        }
        let kind = arguments.string("condition").flatMap(ConditionKind.init) ?? failed?.1 ?? .beforeEntry
        let report = try ExecutionArgument.ask(
            .overrideCondition(execution: execution.id, stage: stage, kind: kind),
            context
        )
        return try tell(report, "\(execution.label) goes on past \(kind.title) of \(stage)", arguments, context)
    }

    /// Shows what has come of a request, and follows the execution where that is asked for.
    private static func tell(
        _ report: ExecutionReport,
        _ sentence: String,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws -> ExitCode {
        if arguments.flag("json") {
            try context.writeJSON(["pipelineExecutionId": report.execution.id])
        } else {
            context.output.write("\(report.execution.label)\n")
            context.tell(sentence)
        }
        return try ExecutionArgument.waitIfAsked(report, arguments, context)
    }

    private static func setTransition(
        isEnabled: Bool,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws {
        let name = arguments.required("NAME")
        let stage = arguments.required("STAGE")
        let request = PipelineRequest.setTransition(
            pipeline: name,
            stage: stage,
            isEnabled: isEnabled,
            reason: arguments.string("reason") ?? ""
        )
        _ = try context.ask(.pipeline(request))
        context.tell(isEnabled ? "executions of \(name) enter \(stage)" : "executions of \(name) wait before \(stage)")
    }
}
