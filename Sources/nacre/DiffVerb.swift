// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics
import Files

/// `nacre diff`.
enum DiffVerb: Verb {
    static let description = CommandDescription(
        "diff",
        abstract: "Shows what `nacre apply` would change, place by place, and changes nothing.",
        discussion: """
            Each difference has its path in the tree of `get-pipeline` or `batch-get-projects`, with names that elements have \
            taken into account. The exit code is 0 where nothing differs, 1 where something does, 3 for a file with an error.
            """,
        arguments: [DefinitionInput.files],
        options: DefinitionInput.options,
        examples: [
            CommandDescription.Example("nacre diff pipeline.json", "compare a file with what is there")
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        var order = try DefinitionInput.order(arguments)
        order.isDryRun = true
        var plan = try DefinitionInput.ask(order, context)
        let isChanged = plan.steps.contains { $0.change.isChange }
        let code: ExitCode = plan.diagnostics.hasErrors ? .invalidFile : isChanged ? .failed : .success
        if arguments.flag("json") {
            try context.writeJSON(plan)
            return code
        }
        DefinitionInput.showProblems(plan, order, context)
        if code == .invalidFile { return code }
        // Only what differs, and what is left over.
        plan.steps.removeAll { !$0.change.isChange && $0.change != .kept }
        plan.notes = []
        context.output.write(DefinitionText.text(plan, showsDetails: true))
        if !isChanged { context.tell("nothing differs") }
        return code
    }
}
