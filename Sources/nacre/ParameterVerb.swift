// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Secrets

/// `nacre parameter`.
enum ParameterVerb: Verb {
    private static let json = OptionDescription(flag: "json", help: "write JSON, in the shape of SSM's API")

    static let description = CommandDescription(
        "parameter",
        abstract: "Keeps the parameters that buildspecs name in `parameter-store`, encrypted, on this machine.",
        discussion: """
            They are SSM's: a name such as /app/url, a type, versions from 1. With and without a daemon. For a single \
            `nacre build`, `--secrets-file FILE` gives values instead: YAML or JSON with the maps `parameters` and \
            `secrets`, or a dotenv file (its name ends in .env) by the names of the variables.
            """,
        subcommands: [
            CommandDescription(
                "put",
                abstract: "Puts a value: a new parameter, or a further version of one.",
                discussion: ValueInput.advice,
                arguments: [ArgumentDescription("NAME", help: "such as /app/url")],
                options: [
                    ValueInput.option,
                    OptionDescription(
                        "type",
                        value: "TYPE",
                        .choice(ParameterType.allCases.map(\.rawValue)),
                        default: "as before, or String",
                        help: "SSM's type; every value is encrypted, whatever its type"
                    ),
                    OptionDescription("description", value: "TEXT", help: "what it is for"),
                    OptionDescription(flag: "overwrite", help: "taken as AWS has it; a further version is always put"),
                    json,
                ],
                examples: [
                    CommandDescription.Example("nacre parameter put /app/url --value https://example.org", "put one"),
                    CommandDescription.Example(
                        "nacre parameter put /app/key --type SecureString --value -",
                        "ask for a value, or read it from a pipe"
                    ),
                ]
            ),
            CommandDescription(
                "get",
                abstract: "Writes a value, and nothing else, to standard output.",
                arguments: [ArgumentDescription("NAME[:VERSION]", help: "the newest version, or that one")],
                options: [json]
            ),
            CommandDescription(
                "list",
                abstract: "Lists the parameters without their values.",
                arguments: [ArgumentDescription("PREFIX", .optional, help: "only those whose names begin with it")],
                options: [json]
            ),
            CommandDescription(
                "history",
                abstract: "Lists the versions of a parameter; their values only with `--json`.",
                arguments: [ArgumentDescription("NAME", help: "as `nacre parameter list` shows it")],
                options: [json]
            ),
            CommandDescription(
                "delete",
                abstract: "Deletes a parameter with all its versions, at once.",
                arguments: [ArgumentDescription("NAME", help: "as `nacre parameter list` shows it")]
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? {
        VerbAudit(arguments, changes: ["put": ["NAME"], "delete": ["NAME"]], beginnings: ["put"])
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        switch arguments.path.last {
        case "put": try put(arguments, context)
        case "get":
            let name = arguments.required("NAME[:VERSION]")
            let parameter = try existing(name, context).parameter(name)
            if arguments.flag("json") {
                try context.writeJSON(ParameterView.One(parameter))
            } else {
                context.output.write(parameter.value + "\n")
            }
        case "history": try history(arguments, context)
        case "delete":
            let name = arguments.required("NAME")
            try existing(name, context).deleteParameter(name)
            context.tell("parameter \(name) is deleted, with all its versions")
        default: try list(arguments, context)
        }
        return .success
    }

    private static func put(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let value = try ValueInput.read(arguments, context)
        let facts = try context.secretStore().putParameter(
            arguments.required("NAME"),
            value: value,
            type: arguments.string("type").flatMap { ParameterType(rawValue: $0) },
            description: arguments.string("description"),
            by: context.user,
            at: Timestamp.now().milliseconds
        )
        if arguments.flag("json") { return try context.writeJSON(ParameterView.Put(facts)) }
        context.tell("parameter \(facts.name) is now at version \(facts.version)")
    }

    /// The store; where nobody has put anything, that parameter is not there either.
    private static func existing(_ name: String, _ context: VerbContext) throws -> SecretStore {
        guard let store = try context.home.existingSecretStore() else {
            throw VerbError(.notFound, "parameter does not exist: \(name)")
        }
        return store
    }

    private static func list(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let list = try context.home.existingSecretStore()?.parameters(prefix: arguments.string("PREFIX") ?? "") ?? []
        if arguments.flag("json") { return try context.writeJSON(ParameterView.Several(list)) }
        let table = TableFormatter(
            columns: [
                .init("NAME"), .init("TYPE"), .init("VERSION", isRightAligned: true), .init("MODIFIED"), .init("BY"),
                .init("DESCRIPTION", canShrink: true),
            ],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        let rows = list.map { facts in
            [facts.name] + row(facts, now) + [TerminalText.visible(facts.description ?? "")]
        }
        context.output.write(table.text(rows, width: context.isTerminal ? context.columns : nil))
    }

    private static func history(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let name = arguments.required("NAME")
        let history = try existing(name, context).parameterHistory(name)
        if arguments.flag("json") { return try context.writeJSON(ParameterView.Several(history)) }
        let table = TableFormatter(
            columns: [.init("TYPE"), .init("VERSION", isRightAligned: true), .init("MODIFIED"), .init("BY")],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        context.output.write(table.text(history.map { row($0.facts, now) }))
    }

    private static func row(_ facts: ParameterVersion, _ now: Int64) -> [String] {
        [
            facts.type.rawValue, String(facts.version), RelativeTime.text(facts.modifiedAt, now: now),
            TerminalText.visible(facts.modifiedBy),
        ]
    }
}
