// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics
import Files

/// `nacre repo`.
enum RepoVerb: Verb {
    private static let branches = OptionDescription(
        "branches",
        value: "GLOB,…",
        default: "main,model",
        help: "the branches whose pushes are built; `*` stays within a `/`, `**` does not"
    )
    private static let json = OptionDescription(flag: "json", help: "write JSON")
    private static let definition = OptionDescription(
        "definition",
        value: "PATH[@BRANCH]",
        help: "apply this file of the repository whenever the branch (main) moves; `default`: not any more"
    )

    static let description = CommandDescription(
        "repo",
        abstract: "Makes, registers and lists the repositories whose pushes are built.",
        subcommands: [
            CommandDescription(
                "create",
                abstract: "Makes a bare repository in Nacre's home, with the hook in place.",
                arguments: [ArgumentDescription("NAME", help: "letters, digits, `.`, `_`, `-`")],
                options: [branches, json],
                examples: [
                    CommandDescription.Example("git push $(nacre repo create app) main", "make one and push to it")
                ]
            ),
            CommandDescription(
                "add",
                abstract:
                    "Registers a repository where it lies; only the hook is added to it, push options are turned on, and git is told to sync pushes.",
                arguments: [
                    ArgumentDescription("PATH", .one, .directory, help: "a bare repository, or a working tree")
                ],
                options: [
                    OptionDescription("name", value: "NAME", help: "what to call it (default: its folder's name)"),
                    OptionDescription(flag: "no-hooks", help: "leave its hooks alone; pushes are still seen"),
                    branches, json,
                ],
                examples: [
                    CommandDescription.Example(
                        "nacre repo add /srv/git/app.git --branches 'main,release/*'",
                        "watch one"
                    )
                ]
            ),
            CommandDescription("list", abstract: "Lists the repositories.", options: [json]),
            CommandDescription(
                "set",
                abstract: "Says how a repository's builds run; without options, shows it. `default` takes one back.",
                arguments: [ArgumentDescription("NAME", help: "as `nacre repo list` shows it")],
                options: ProjectOptions.options + [definition, json],
                examples: [
                    CommandDescription.Example("nacre repo set app --timeout 20m --retries 2", "limits for each build"),
                    CommandDescription.Example("nacre repo set app --sandbox on --memory 4G", "run builds apart"),
                    CommandDescription.Example("nacre repo set app --memory default", "without that limit again"),
                    CommandDescription.Example(
                        "nacre repo set app --definition pipeline.yml",
                        "change its pipeline by push"
                    ),
                ]
            ),
            CommandDescription(
                "map",
                abstract: "Says which repository stands for one of a code host, as a connection's source names it.",
                arguments: [
                    ArgumentDescription("REMOTE", help: "OWNER/NAME"),
                    ArgumentDescription("NAME", help: "as `nacre repo list` shows it"),
                ],
                options: [json],
                examples: [
                    CommandDescription.Example("nacre repo map octocat/birds birds", "use birds for octocat/birds")
                ]
            ),
            CommandDescription(
                "unmap",
                abstract: "Takes away what stands for a repository of a code host.",
                arguments: [ArgumentDescription("REMOTE", help: "OWNER/NAME")],
                options: [json]
            ),
            CommandDescription(
                "remove",
                abstract: "Forgets a repository and takes the hook out of it; its files and its builds stay.",
                arguments: [ArgumentDescription("NAME", help: "as `nacre repo list` shows it")],
                options: [json]
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        switch arguments.path.last {
        case "create":
            let branches = branches(arguments)
            let answer = try context.ask(.createRepository(name: arguments.required("NAME"), branches: branches))
            try showOne(answer, arguments, context) { "repository \($0.name) is ready; push to the path above" }
        case "add":
            let path = try context.absolute(arguments.required("PATH"))
            let request = ControlRequest.addRepository(
                path: path,
                name: arguments.string("name"),
                branches: branches(arguments),
                installsHooks: !arguments.flag("no-hooks")
            )
            try showOne(try context.ask(request), arguments, context) { "repository \($0.name) is watched" }
        case "set": try set(arguments, context)
        case "map", "unmap": try map(arguments, context)
        case "remove":
            let answer = try context.ask(.removeRepository(name: arguments.required("NAME")))
            try showOne(answer, arguments, context) {
                "repository \($0.name) is no longer watched; its files are where they were"
            }
        default:
            guard case .repositories(let views) = try context.ask(.listRepositories) else { return .fault }
            if arguments.flag("json") {
                try context.writeJSON(views)
            } else {
                showTable(views, context)
                try RepositoryDefinitions.show(context)
            }
        }
        return .success
    }

    private static func set(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let name = arguments.required("NAME")
        guard case .repositories(let views) = try context.ask(.listRepositories) else { return }
        guard var view = views.first(where: { $0.name == name }) else {
            throw VerbError(.notFound, "there is no repository `\(name)`; see `nacre repo list`")
        }
        if let text = arguments.string("definition") { try RepositoryDefinitions.set(text, of: name, context) }
        let (settings, count) = try ProjectOptions.change(view.settings, arguments)
        if count > 0 {
            guard case .repository(let changed) = try context.ask(.setRepository(name: name, settings: settings))
            else { return }
            view = changed
        }
        if arguments.flag("json") { return try context.writeJSON(view) }
        let rows = ProjectOptions.rows(view.settings).map { row in row.map { TerminalText.visible($0) } }
        if rows.isEmpty, arguments.string("definition") != nil { return }
        if rows.isEmpty { return context.tell("\(name) runs its builds as Nacre does without settings") }
        let table = TableFormatter(columns: [.init("SETTING"), .init("VALUE")], showsHeader: context.isTerminal)
        context.output.write(table.text(rows))
    }

    private static func map(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let remote = arguments.required("REMOTE")
        let isMapped = arguments.path.last == "map"
        let name = isMapped ? arguments.required("NAME") : nil
        let answer = try context.ask(.definition(.map(remote: remote, repository: name)))
        guard case .definition(.mappings(let mappings)) = answer else { return }
        if arguments.flag("json") { return try context.writeJSON(mappings) }
        context.tell(
            name.map { "\($0) stands for \(remote) from now on" } ?? "nothing stands for \(remote) any more"
        )
    }

    private static func branches(_ arguments: ParsedArguments) -> [String] {
        arguments.string("branches")?.split(separator: ",").map { String($0) } ?? []
    }

    private static func showOne(
        _ answer: ControlAnswer,
        _ arguments: ParsedArguments,
        _ context: VerbContext,
        _ sentence: (RepositoryView) -> String
    ) throws {
        guard case .repository(let view) = answer else { return }
        if arguments.flag("json") { return try context.writeJSON(view) }
        context.output.write("\(view.path)\n")
        context.tell(sentence(view))
    }

    private static func showTable(_ views: [RepositoryView], _ context: VerbContext) {
        let table = TableFormatter(
            columns: [.init("NAME"), .init("BRANCHES"), .init("HOOK"), .init("STATE"), .init("PATH")],
            showsHeader: context.isTerminal
        )
        let rows = views.map { view in
            [
                view.name, view.branches.joined(separator: ","), view.hooks ? "yes" : "no", view.problem ?? "good",
                view.path,
            ].map { TerminalText.visible($0) }
        }
        context.output.write(table.text(rows))
    }
}
