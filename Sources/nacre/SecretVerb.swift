// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Secrets

/// `nacre secret`.
enum SecretVerb: Verb {
    private static let json = OptionDescription(
        flag: "json",
        help: "write JSON, in the shape of Secrets Manager's API"
    )
    private static let name = ArgumentDescription("NAME", help: "a name or an ARN")

    static let description = CommandDescription(
        "secret",
        abstract: "Keeps the secrets that buildspecs name in `secrets-manager`, encrypted, on this machine.",
        discussion: """
            They are Secrets Manager's: text or JSON under a name, versions in the stages AWSCURRENT and AWSPREVIOUS. With \
            and without a daemon. The ARN of a secret of an AWS account finds the one of that name here.
            """,
        subcommands: [
            CommandDescription(
                "put",
                abstract: "Puts a value: a new secret, or a further version of one.",
                discussion: ValueInput.advice,
                arguments: [name],
                options: [
                    ValueInput.option,
                    OptionDescription(
                        "stage",
                        value: "STAGE",
                        isRepeatable: true,
                        default: "AWSCURRENT",
                        help: "a stage for this version; it is taken from the version that has it"
                    ),
                    OptionDescription("version-id", value: "ID", help: "the version's id (default: a new UUID)"),
                    OptionDescription("description", value: "TEXT", help: "what it is for"),
                    json,
                ],
                examples: [
                    CommandDescription.Example("nacre secret put app/token --value -", "ask for a value"),
                    CommandDescription.Example("nacre secret put app/db --value - < db.json", "take a JSON file"),
                ]
            ),
            CommandDescription(
                "get",
                abstract: "Writes a value, and nothing else, to standard output.",
                arguments: [name],
                options: [
                    OptionDescription("key", value: "KEY", help: "only the value of this key of a JSON secret"),
                    OptionDescription(
                        "stage",
                        value: "STAGE",
                        default: "AWSCURRENT",
                        help: "the version of this stage"
                    ),
                    OptionDescription("version-id", value: "ID", help: "the version of this id"),
                    json,
                ],
                examples: [CommandDescription.Example("nacre secret get app/db --key password", "one of its values")]
            ),
            CommandDescription("list", abstract: "Lists the secrets without their values.", options: [json]),
            CommandDescription(
                "delete",
                abstract: "Deletes a secret with all its versions, at once; there is no recovery window.",
                arguments: [name],
                options: [
                    OptionDescription(flag: "force", help: "taken as AWS has it; it is always deleted at once"), json,
                ]
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? {
        VerbAudit(arguments, changes: ["put": ["NAME"], "delete": ["NAME"]], beginnings: ["put"])
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        switch arguments.path.last {
        case "put": try put(arguments, context)
        case "get": try get(arguments, context)
        case "delete":
            let secret = try existing(context).deleteSecret(arguments.required("NAME"))
            if arguments.flag("json") {
                try context.writeJSON(SecretView.Deleted(secret, at: Timestamp.now()))
            } else {
                context.tell("secret \(secret.name) is deleted at once, with all its versions")
            }
        default: try list(arguments, context)
        }
        return .success
    }

    private static func put(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let value = try ValueInput.read(arguments, context)
        let stages = arguments.all("stage")
        let (secret, version) = try context.secretStore().putSecret(
            arguments.required("NAME"),
            value: value,
            stages: stages.isEmpty ? [SecretStage.current] : stages,
            versionID: arguments.string("version-id"),
            description: arguments.string("description"),
            at: Timestamp.now().milliseconds
        )
        if arguments.flag("json") { return try context.writeJSON(SecretView.Value(secret, version)) }
        let stagesText = version.stages.joined(separator: ", ")
        context.tell("secret \(secret.name) has the version \(version.id) as \(stagesText)")
    }

    private static func get(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let name = arguments.required("NAME")
        let secret = try existing(context).secretText(
            name,
            stage: arguments.string("stage"),
            versionID: arguments.string("version-id")
        )
        let text = try arguments.string("key").map { try secret.member($0) } ?? secret.value
        if arguments.flag("json") {
            try context.writeJSON(SecretView.Value(secret, text: text))
        } else {
            context.output.write(text + "\n")
        }
    }

    /// The store; where nobody has put anything, that secret is not there either.
    private static func existing(_ context: VerbContext) throws -> SecretStore {
        guard let store = try context.home.existingSecretStore() else { throw SecretStore.secretNotFound }
        return store
    }

    private static func list(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let list = try context.home.existingSecretStore()?.secrets() ?? []
        if arguments.flag("json") { return try context.writeJSON(SecretView.List(list)) }
        let table = TableFormatter(
            columns: [
                .init("NAME"), .init("VERSIONS", isRightAligned: true), .init("CHANGED"),
                .init("DESCRIPTION", canShrink: true),
            ],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        let rows = list.map { secret in
            [
                secret.name, String(secret.versions.count), RelativeTime.text(secret.changedAt, now: now),
                TerminalText.visible(secret.description ?? ""),
            ]
        }
        context.output.write(table.text(rows, width: context.isTerminal ? context.columns : nil))
    }
}
