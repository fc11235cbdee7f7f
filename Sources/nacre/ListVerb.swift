// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Files

/// `nacre list`.
enum ListVerb: Verb {
    static let description = CommandDescription(
        "list",
        abstract: "Lists builds, the newest first.",
        options: [
            OptionDescription("project", "p", value: "NAME", help: "only this project's"),
            OptionDescription(
                "status",
                value: "STATUS",
                .choice(["IN_PROGRESS", "SUCCEEDED", "FAILED", "FAULT", "STOPPED", "TIMED_OUT"]),
                help: "only those of this status"
            ),
            OptionDescription("limit", "n", value: "N", default: "20", help: "the most that are shown"),
            OptionDescription(flag: "json", help: "write an array of Build objects"),
        ],
        examples: [
            CommandDescription.Example("nacre list --status FAILED", "what went wrong lately"),
            CommandDescription.Example("nacre list -p abalone -n 1 --json", "the last build of one project"),
        ]
    )

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let filter = ControlRequest.BuildFilter(
            project: arguments.string("project"),
            status: arguments.string("status"),
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
}
