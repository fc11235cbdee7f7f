// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// `nacre pipeline`.
enum PipelineVerb: Verb {
    static let json = OptionDescription(flag: "json", help: "write AWS's JSON")
    private static let reason = OptionDescription("reason", value: "TEXT", help: "why, for whoever asks later")

    static let description = CommandDescription(
        "pipeline",
        abstract: "Shows, starts, stops and steers pipelines.",
        subcommands: reading + starting + steering
    )

    private static let reading = [
        CommandDescription(
            "list",
            abstract: "Lists the pipelines, each with its newest execution.",
            options: [OptionDescription(flag: "json", help: "write the answer of list-pipelines")]
        ),
        CommandDescription(
            "show",
            abstract: "Shows a pipeline: what is in each stage, what waits and why, and how to go on.",
            arguments: [ExecutionArgument.pipeline],
            options: [
                OptionDescription(flag: "json", help: "write the answer of get-pipeline-state"),
                OptionDescription(flag: "definition", help: "write the answer of get-pipeline"),
            ],
            examples: [
                CommandDescription.Example("nacre pipeline show abalone", "how it stands"),
                CommandDescription.Example("nacre pipeline show abalone --definition > p.json", "take it elsewhere"),
            ]
        ),
    ]

    private static let starting = [
        CommandDescription(
            "start",
            abstract: "Starts an execution; its name goes to standard output.",
            discussion: "Sources that are not named take what their branch or object has now.",
            arguments: [ExecutionArgument.pipeline],
            options: [
                OptionDescription(
                    "source",
                    "s",
                    value: "ACTION=REVISION",
                    isRepeatable: true,
                    help: "pin a source action to a commit or an object version"
                ),
                OptionDescription(
                    "variable",
                    value: "NAME=VALUE",
                    isRepeatable: true,
                    help: "a value for a variable of the pipeline"
                ),
                OptionDescription(
                    "token",
                    value: "TOKEN",
                    help: "a name for this start: the same one again starts nothing new"
                ),
                ExecutionArgument.wait,
                OptionDescription(flag: "json", help: "write the answer of start-pipeline-execution"),
            ],
            examples: [
                CommandDescription.Example("nacre pipeline start abalone --wait", "run it and wait for the end"),
                CommandDescription.Example(
                    "nacre pipeline start abalone --source ModelSource=1a2b3c4 --variable RATE=0.1",
                    "with one commit and one variable given"
                ),
            ]
        ),
        CommandDescription(
            "stop",
            abstract: "Stops an execution: what runs may end, nothing more begins.",
            arguments: [ExecutionArgument.description],
            options: [
                OptionDescription(flag: "abandon", help: "do not wait for what runs: end it now"), reason, json,
            ],
            examples: [
                CommandDescription.Example("nacre pipeline stop abalone/12 --abandon --reason 'wrong data'", "at once")
            ]
        ),
        CommandDescription(
            "retry",
            abstract: "Runs a failed or stopped stage again, with the same sources and artifacts.",
            discussion: "Only the execution that has entered the stage last can be tried again.",
            arguments: [ExecutionArgument.description],
            options: [
                OptionDescription("stage", value: "STAGE", help: "the stage (default: the one that has failed)"),
                OptionDescription(flag: "all", help: "all actions of the stage, not only those that have failed"),
                ExecutionArgument.wait, json,
            ],
            examples: [CommandDescription.Example("nacre pipeline retry abalone/latest --wait", "once more")]
        ),
        CommandDescription(
            "rollback",
            abstract: "Runs a stage again as it was in an earlier execution that succeeded in it.",
            arguments: [ExecutionArgument.pipeline],
            options: [
                OptionDescription("stage", value: "STAGE", help: "the stage, such as the one that deploys"),
                OptionDescription(
                    "to",
                    value: "EXECUTION",
                    help: "the earlier execution (default: the last that succeeded there before the present one)"
                ),
                ExecutionArgument.wait, json,
            ],
            examples: [
                CommandDescription.Example("nacre pipeline rollback abalone --stage Deploy --to abalone/9", "go back")
            ]
        ),
    ]

    private static let steering = [
        CommandDescription(
            "enable",
            abstract: "Lets executions enter a stage again.",
            arguments: [ExecutionArgument.pipeline, ArgumentDescription("STAGE", help: "the stage")],
            options: [reason]
        ),
        CommandDescription(
            "disable",
            abstract: "Holds executions before a stage; what is in it goes on.",
            arguments: [ExecutionArgument.pipeline, ArgumentDescription("STAGE", help: "the stage")],
            options: [reason],
            examples: [
                CommandDescription.Example("nacre pipeline disable abalone Deploy --reason 'until Monday'", "hold it")
            ]
        ),
        CommandDescription(
            "override",
            abstract: "Lets an execution go on in spite of a condition that has failed.",
            arguments: [ExecutionArgument.description],
            options: [
                OptionDescription("stage", value: "STAGE", help: "the stage of the condition"),
                OptionDescription(
                    "condition",
                    value: "KIND",
                    .choice(["BEFORE_ENTRY", "ON_SUCCESS"]),
                    help: "which of its conditions (default: the one that has failed)"
                ),
                ExecutionArgument.wait, json,
            ]
        ),
        CommandDescription(
            "delete",
            abstract: "Removes a pipeline with its history; what runs in it is ended.",
            arguments: [ExecutionArgument.pipeline]
        ),
    ]
}
