// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Environments
import Files

/// `nacre env`.
enum EnvVerb: Verb {
    private static let json = OptionDescription(
        flag: "json",
        help: "write JSON, in the shape of Elastic Beanstalk's describe-environments"
    )
    private static let name = ArgumentDescription("NAME", help: "as `nacre env list` shows it")
    private static let noWait = OptionDescription(flag: "no-wait", help: "do not wait until it serves")

    static let description = CommandDescription(
        "env",
        abstract: "Looks after the environments that pipelines deploy to: applications that serve on this machine.",
        discussion: """
            An environment has a port that stays; versions come and go behind it without a lost request. Templates make them \
            (AWS::ElasticBeanstalk::Environment), a first deployment does, and `nacre env create`. With and without a daemon: \
            each is served by a process of its own.
            """,
        subcommands: [
            CommandDescription("list", abstract: "Lists the environments.", options: [json]),
            CommandDescription(
                "show",
                abstract: "Shows one environment: what it runs, where that came from, what happened to it.",
                arguments: [name],
                options: [json]
            ),
            CommandDescription(
                "logs",
                abstract: "Writes what the application has written, each line with its time.",
                arguments: [name],
                options: [
                    OptionDescription(flag: "follow", "f", help: "go on until Ctrl-C"),
                    OptionDescription("lines", "n", value: "N", default: "all", help: "only the last ones"),
                ],
                examples: [CommandDescription.Example("nacre env logs -fn20 staging", "watch an application")]
            ),
            CommandDescription(
                "create",
                abstract: "Makes an environment, ready to be deployed to.",
                arguments: [ArgumentDescription("NAME", help: "1 to 40 letters, digits and hyphens")],
                options: [
                    OptionDescription("application", value: "NAME", default: "NAME", help: "the application's name"),
                    OptionDescription("port", value: "N", default: "the first free one from 8001", help: "its port"),
                    OptionDescription(
                        "variable",
                        value: "KEY=VALUE",
                        isRepeatable: true,
                        help: "what the application finds in its environment, beside PORT"
                    ),
                    OptionDescription("health-path", value: "PATH", default: "/", help: "what it is asked for by GET"),
                    OptionDescription(
                        flag: "strict-health",
                        help: "only an answer of 200 to 399 is good, not any below 500"
                    ),
                    OptionDescription(
                        "start-limit",
                        value: "DURATION",
                        default: "1m",
                        help: "how long a version may take to become healthy"
                    ),
                    json,
                ],
                examples: [
                    CommandDescription.Example(
                        "nacre env create staging --application birds --port 8080 --variable STAGE=staging",
                        "make one"
                    )
                ]
            ),
            CommandDescription(
                "stop",
                abstract: "Ends an environment's application; its port is free afterwards.",
                arguments: [name]
            ),
            CommandDescription(
                "start",
                abstract: "Runs the version again that ran before the stop.",
                arguments: [name],
                options: [noWait]
            ),
            CommandDescription(
                "rollback",
                abstract: "Runs the version that ran before the present one, without a lost request.",
                arguments: [name],
                options: [noWait]
            ),
            CommandDescription(
                "remove",
                abstract: "Stops an environment and removes it with its versions and its log.",
                arguments: [name]
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? {
        let name = ["NAME"]
        return VerbAudit(
            arguments,
            changes: ["create": name, "start": name, "stop": name, "rollback": name, "remove": name],
            beginnings: ["create"]
        )
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let store = EnvironmentStore(context.home.environments)
        do {
            return try run(arguments, store, context)
        } catch let error as EnvironmentsError {
            throw VerbError(code(of: error), error.message)
        }
    }

    private static func run(
        _ arguments: ParsedArguments,
        _ store: EnvironmentStore,
        _ context: VerbContext
    ) throws -> ExitCode {
        switch arguments.path.last {
        case "show":
            let report = try store.report(arguments.required("NAME"))
            if arguments.flag("json") {
                try context.writeJSON(EnvironmentView.Several([report]))
            } else {
                let versions = try store.versions(of: report.settings.name)
                context.output.write(EnvironmentText.text(report, versions))
            }
        case "logs": try EnvironmentLogs.write(arguments, store, context)
        case "create": try create(arguments, store, context)
        case "stop":
            let name = arguments.required("NAME")
            try store.stop(name, by: context.user)
            context.tell("environment \(name) is stopped")
        case "start":
            let name = arguments.required("NAME")
            return try wait(try store.start(name, by: context.user), name, arguments, store, context)
        case "rollback":
            let name = arguments.required("NAME")
            let request = try store.rollback(name, by: context.user)
            context.tell("environment \(name) goes back to \(request.version)")
            return try wait(request.number, name, arguments, store, context)
        case "remove":
            let name = arguments.required("NAME")
            try store.remove(name, by: context.user)
            context.tell("environment \(name) is removed")
        default: try list(arguments, store, context)
        }
        return .success
    }

    private static func create(
        _ arguments: ParsedArguments,
        _ store: EnvironmentStore,
        _ context: VerbContext
    ) throws {
        let name = arguments.required("NAME")
        var specification = EnvironmentSpecification(
            name: name,
            application: arguments.string("application") ?? name
        )
        specification.port = try arguments.integer("port", in: 1...65535)
        var variables: [String: String] = [:]
        for text in arguments.all("variable") {
            guard let equals = text.firstIndex(of: "=") else {
                throw arguments.error("variable", "must be KEY=VALUE, not '\(text)'")
            }
            variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        specification.variables = variables
        specification.healthPath = arguments.string("health-path")
        if arguments.flag("strict-health") { specification.isHealthStrict = true }
        if let seconds = try arguments.seconds("start-limit") {
            specification.limits = EnvironmentSettings.Limits(start: max(seconds, 1))
        }
        let settings = try store.create(specification)
        if arguments.flag("json") { return try context.writeJSON(EnvironmentView.Several([try store.report(name)])) }
        context.output.write("\(settings.url)\n")
    }

    private static func wait(
        _ number: Int64,
        _ name: String,
        _ arguments: ParsedArguments,
        _ store: EnvironmentStore,
        _ context: VerbContext
    ) throws -> ExitCode {
        if arguments.flag("no-wait") { return .success }
        let deployment = try store.wait(for: number, of: name)
        if let reason = deployment?.reason {
            context.tell("environment \(name): \(reason)")
            return .failed
        }
        let report = try store.report(name)
        context.tell("environment \(name) runs \(report.state.running?.version ?? "?") at \(report.settings.url)")
        return .success
    }

    private static func list(
        _ arguments: ParsedArguments,
        _ store: EnvironmentStore,
        _ context: VerbContext
    ) throws {
        let reports = try store.reports()
        if arguments.flag("json") { return try context.writeJSON(EnvironmentView.Several(reports)) }
        let table = TableFormatter(
            columns: [
                .init("ENVIRONMENT"), .init("APPLICATION", canShrink: true), .init("HEALTH"), .init("STATUS"),
                .init("VERSION", canShrink: true), .init("EXECUTION"), .init("URL"),
            ],
            showsHeader: context.isTerminal
        )
        let rows = reports.map { report in
            let isRunning = report.desired?.runs ?? false
            let running = isRunning ? report.state.running : nil
            return [
                report.settings.name, report.settings.application, report.state.health.rawValue,
                report.state.status.rawValue, running?.version ?? "", running?.provenance.execution ?? "",
                report.settings.url,
            ].map { TerminalText.visible($0) }
        }
        context.output.write(table.text(rows, width: context.isTerminal ? context.columns : nil))
    }

    private static func code(of error: EnvironmentsError) -> ExitCode {
        switch error.code {
        case .invalid: .usage
        case .notFound: .notFound
        case .conflict, .busy: .failed
        case .system: .fault
        }
    }
}
