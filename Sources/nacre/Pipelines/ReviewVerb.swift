// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Files

/// `nacre review`.
enum ReviewVerb: Verb {
    static let description = CommandDescription(
        "review",
        abstract: "Shows an execution beside the one that is live, as an approver sees it, and answers nothing.",
        discussion: """
            Commits and authors since what is live, the numbers of the JSON reports side by side, tests, variables and \
            artifacts. `nacre approve` and `nacre reject` show the same before they ask.
            """,
        arguments: [ExecutionArgument.description],
        options: [OptionDescription(flag: "json", help: "write JSON")],
        examples: [
            CommandDescription.Example("nacre review abalone/latest", "before deciding")
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let request = DefinitionRequest.approval(execution: ExecutionArgument.name(arguments))
        guard case .definition(.approval(let view)) = try context.ask(.definition(request)) else { return .fault }
        if arguments.flag("json") {
            try context.writeJSON(view)
        } else {
            context.output.write(ApprovalText.text(view, context))
        }
        return .success
    }
}
