// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Files
import Pipelines

/// `nacre list`.
enum ListVerb: Verb {
    private static let buildStatuses = ["IN_PROGRESS", "SUCCEEDED", "FAILED", "FAULT", "STOPPED", "TIMED_OUT"]

    static let description = CommandDescription(
        "list",
        abstract: "Lists builds, or executions of pipelines, the newest first.",
        options: [
            OptionDescription("project", "p", value: "NAME", help: "only builds of this project"),
            OptionDescription(flag: "executions", "e", help: "executions instead of builds"),
            OptionDescription("pipeline", value: "NAME", help: "executions of this pipeline"),
            OptionDescription(
                "status",
                value: "STATUS",
                .choice(buildStatuses + ExecutionStatus.allCases.map(\.rawValue)),
                help: "only those of this status; those in capitals are of builds, the others of executions"
            ),
            OptionDescription("limit", "n", value: "N", default: "20", help: "the most that are shown"),
            OptionDescription(
                flag: "json",
                help: "write an array of Build objects, or the answer of list-pipeline-executions"
            ),
        ],
        examples: [
            CommandDescription.Example("nacre list --status FAILED", "what went wrong lately"),
            CommandDescription.Example("nacre list -p abalone -n 1 --json", "the last build of one project"),
            CommandDescription.Example("nacre list --pipeline abalone --status Failed", "its executions that failed"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let status = arguments.string("status")
        if arguments.flag("executions") || arguments.string("pipeline") != nil {
            return try listExecutions(status, arguments, context)
        }
        if let status, !buildStatuses.contains(status) {
            throw arguments.error("status", "\(status) is one of executions; add --executions")
        }
        let filter = ControlRequest.BuildFilter(
            project: arguments.string("project"),
            status: status,
            limit: try arguments.integer("limit", in: 1...100_000) ?? 20
        )
        guard case .builds(let builds) = try context.ask(.listBuilds(filter)) else { return .fault }
        if arguments.flag("json") {
            try context.writeJSON(builds)
        } else {
            context.output.write(BuildTable.text(builds, context))
        }
        return .success
    }

    private static func listExecutions(
        _ status: String?,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws -> ExitCode {
        if arguments.string("project") != nil {
            throw arguments.error("project", "is for builds; --pipeline chooses executions")
        }
        let filter = PipelineRequest.Filter(
            pipeline: arguments.string("pipeline"),
            status: status.flatMap(ExecutionStatus.init),
            limit: try arguments.integer("limit", in: 1...100_000) ?? 20
        )
        if let status, filter.status == nil {
            throw arguments.error("status", "\(status) is one of builds; executions are Failed, Succeeded and so on")
        }
        guard case .pipeline(.executions(let reports)) = try context.ask(.pipeline(.listExecutions(filter))) else {
            return .fault
        }
        if arguments.flag("json") {
            let summaries = reports.map { report in
                var summary = ExecutionSummary(report.execution, report.definition)
                // One list for several pipelines is nothing that AWS has.
                if filter.pipeline == nil { summary.pipelineName = report.execution.pipeline }
                return summary
            }
            try context.writeJSON(["pipelineExecutionSummaries": summaries])
        } else {
            context.output.write(ExecutionTable.text(reports, context))
        }
        return .success
    }
}
