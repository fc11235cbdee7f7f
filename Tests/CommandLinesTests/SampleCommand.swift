// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// A program much like `nacre`, for the tests.
enum SampleCommand {
    static let home = OptionDescription(
        "home",
        value: "DIR",
        .directory,
        default: "~/.local/state/nacre",
        help: "where all state lies"
    )

    static let build = CommandDescription(
        "build",
        abstract: "Runs a buildspec on a working tree.",
        arguments: [ArgumentDescription("DIR", .optional, .directory, help: "the working tree")],
        options: [
            OptionDescription("buildspec", "b", value: "FILE", .file, help: "the buildspec, or its text"),
            OptionDescription("env", "e", value: "K=V", isRepeatable: true, help: "sets a variable"),
            OptionDescription("jobs", "j", value: "N", default: "2", help: "how many builds run at once"),
            OptionDescription("format", value: "WORD", .choice(["text", "json"]), help: "how to answer"),
            OptionDescription(flag: "keep", "k", help: "keeps the build's folder"),
            OptionDescription(flag: "verbose", "v", help: "says more"),
        ]
    )

    static let create = CommandDescription(
        "create",
        abstract: "Makes a bare repository with hooks in place.",
        discussion: """
            The repository lies in Nacre's home. Push to it over ssh or by its path; every push to a watched branch queues a \
            build.

            Push options are on.
            """,
        arguments: [
            ArgumentDescription(
                "NAME",
                help: "its name: letters, digits, dots, dashes and underscores, of which the first is no dot"
            )
        ],
        options: [
            OptionDescription(
                "branches",
                "b",
                value: "GLOB",
                isRepeatable: true,
                default: "main, model",
                help: "a branch to watch"
            )
        ],
        examples: [
            .init("nacre repo create abalone", "makes repos/abalone.git in Nacre's home"),
            .init("nacre repo create abalone -b 'release/*'", "watches release branches only"),
        ]
    )

    static let remove = CommandDescription(
        "remove",
        abstract: "Forgets repositories.",
        arguments: [ArgumentDescription("NAME", .atLeastOne, help: "which")]
    )

    static let root = CommandDescription(
        "nacre",
        abstract: "Runs the builds of git repositories.",
        options: [home],
        subcommands: [
            build, CommandDescription("repo", abstract: "Handles repositories.", subcommands: [create, remove]),
            CommandDescription(
                "lint",
                abstract: "Checks buildspecs.",
                arguments: [ArgumentDescription("FILE", .any, .file, help: "what to check")]
            ),
        ]
    )
}
