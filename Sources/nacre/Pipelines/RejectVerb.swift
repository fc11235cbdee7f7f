// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// `nacre reject`.
enum RejectVerb: Verb {
    static let description = CommandDescription(
        "reject",
        abstract: "Fails an execution at the approval that it waits at, after showing what is rejected.",
        discussion: ApprovalDecision.discussion,
        arguments: [ApprovalDecision.reference],
        options: ApprovalDecision.options,
        examples: [
            CommandDescription.Example("nacre reject abalone/12 --comment 'worse than what runs'", "end it there")
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        try ApprovalDecision(isApproved: false, arguments, context).run()
    }
}
