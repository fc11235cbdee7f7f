// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Daemon
import Glibc

/// `nacre daemon`.
enum DaemonVerb: Verb {
    static let description = CommandDescription(
        "daemon",
        abstract: "Serves pushes: watches the repositories, runs their builds, answers the other commands.",
        discussion: """
            Runs in the foreground until SIGTERM or Ctrl-C; builds that run then go on and are taken up by the next daemon. \
            It writes its own log to standard error.
            """,
        options: [
            OptionDescription(
                "home",
                value: "DIR",
                .directory,
                help: "where everything is kept (default: $NACRE_HOME)"
            ),
            OptionDescription("jobs", value: "N", default: "the number of cores", help: "how many builds run at once"),
        ],
        examples: [CommandDescription.Example("nacre daemon --home /srv/nacre --jobs 4", "serve from /srv/nacre")]
    )

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        var home = context.home
        if let path = arguments.string("home") { home = Home(path: try context.absolute(path)) }
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let configuration = DaemonConfiguration(
            home: home,
            jobs: try arguments.integer("jobs", in: 1...1000) ?? cores,
            supervisorProgram: try context.program("nacre-supervisor"),
            hookProgram: try context.program("nacre-hook"),
            environmentProgram: try context.program("nacre-environment")
        )
        try DaemonService(configuration).run()
        return .success
    }
}
