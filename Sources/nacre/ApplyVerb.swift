// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics
import Files

/// `nacre apply`.
enum ApplyVerb: Verb {
    static let description = CommandDescription(
        "apply",
        abstract:
            "Makes what files declare: pipelines, build projects, repositories, parameters, buckets, environments.",
        discussion: """
            It takes what `aws codepipeline get-pipeline` writes, the same tree as YAML, what `aws codebuild \
            batch-get-projects` writes, and CloudFormation templates, those of `cdk synth` included. Nothing is changed while \
            any file has an error. Roles, policies and the like are listed as not needed; what cannot be honoured is named. \
            What a stack no longer declares stays, unless `--prune` is given.
            """,
        arguments: [DefinitionInput.files],
        options: DefinitionInput.options + [
            OptionDescription(flag: "dry-run", help: "show what would be done, and change nothing"),
            OptionDescription(
                flag: "prune",
                help: "remove rules, pipelines and projects that the stack no longer declares"
            ),
        ],
        examples: [
            CommandDescription.Example("nacre apply pipeline.json", "a pipeline as AWS gives it"),
            CommandDescription.Example(
                "nacre apply template.yml --parameter Stage=prod --dry-run",
                "see what a template would do"
            ),
            CommandDescription.Example("nacre apply projects.json pipeline.yml", "several files together"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        var order = try DefinitionInput.order(arguments)
        order.isDryRun = arguments.flag("dry-run")
        order.prunes = arguments.flag("prune")
        let plan = try DefinitionInput.ask(order, context)
        if arguments.flag("json") {
            try context.writeJSON(plan)
            return plan.diagnostics.hasErrors ? .invalidFile : .success
        }
        DefinitionInput.showProblems(plan, order, context)
        if plan.diagnostics.hasErrors {
            context.tell("nothing has been changed")
            return .invalidFile
        }
        context.output.write(DefinitionText.text(plan, showsDetails: order.isDryRun))
        context.tell((order.isDryRun ? "would be: " : "") + DefinitionText.summary(plan))
        return .success
    }
}
