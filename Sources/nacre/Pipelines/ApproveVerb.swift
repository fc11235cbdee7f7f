// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// `nacre approve`.
enum ApproveVerb: Verb {
    static let description = CommandDescription(
        "approve",
        abstract: "Lets an execution pass the approval that it waits at, after showing what is approved.",
        discussion: ApprovalDecision.discussion,
        arguments: [ApprovalDecision.reference],
        options: ApprovalDecision.options,
        examples: [
            CommandDescription.Example("nacre approve abalone --comment 'rmse is fine'", "the one that waits"),
            CommandDescription.Example("nacre approve abalone/12 --stage Deploy --action Production", "one of several"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        try ApprovalDecision(isApproved: true, arguments, context).run()
    }
}
