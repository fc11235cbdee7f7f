// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Daemon
import Diagnostics
import Files
import Glibc

/// `nacre daemon`.
enum DaemonVerb: Verb {
    static let description = CommandDescription(
        "daemon",
        abstract: "Serves pushes: watches the repositories, runs their builds, answers the other commands.",
        discussion: """
            Runs in the foreground until SIGTERM or Ctrl-C; builds that run then go on and are taken up by the next daemon. \
            It writes its own log to standard error. Settings are in config.yml of its home, if that is there; SIGHUP has it \
            read again, and a file with a mistake is refused as a whole.
            """,
        options: [
            OptionDescription(
                "home",
                value: "DIR",
                .directory,
                help: "where everything is kept (default: $NACRE_HOME)"
            ),
            OptionDescription(
                "jobs",
                value: "N",
                default: "as config.yml says, else the number of cores",
                help: "how many builds run at once"
            ),
            OptionDescription(flag: "check", help: "only check config.yml, and write the settings that would hold"),
        ],
        examples: [
            CommandDescription.Example("nacre daemon --home /srv/nacre --jobs 4", "serve from /srv/nacre"),
            CommandDescription.Example("nacre daemon --check && kill -HUP PID", "let a running daemon read it again"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let home = try context.home(arguments)
        let jobs = try arguments.integer("jobs", in: DaemonSettings.jobsRange)
        let settings = try settings(of: home, context)
        if arguments.flag("check") {
            show(settings, jobs: jobs, context)
            return .success
        }
        let configuration = DaemonConfiguration(
            home: home,
            jobs: jobs,
            settings: settings,
            supervisorProgram: try context.program("nacre-supervisor"),
            hookProgram: try context.program("nacre-hook")
        )
        // Missed now rather than at the first deployment.
        _ = try context.program("nacre-environment")
        try DaemonService(configuration).run()
        return .success
    }

    private static func settings(of home: Home, _ context: VerbContext) throws -> DaemonSettings {
        let reading = DaemonSettingsReader.read(home)
        let isTerminal = Terminal.columns(STDERR_FILENO) != nil && context.environment["NO_COLOR"] == nil
        context.errors.write(
            DiagnosticRenderer(source: reading.source, usesColor: isTerminal).render(reading.diagnostics)
        )
        guard let settings = reading.settings else {
            throw VerbError(.invalidFile, "\(home.settings) is refused: \(reading.diagnostics.summary)")
        }
        return settings
    }

    private static func show(_ settings: DaemonSettings, jobs: Int?, _ context: VerbContext) {
        var settings = settings
        settings.jobs = jobs ?? settings.jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        context.output.write(settings.text)
    }
}
