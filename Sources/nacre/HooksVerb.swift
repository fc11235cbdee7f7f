// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Files
import Repositories

/// `nacre hooks`.
enum HooksVerb: Verb {
    private static let repositories = ArgumentDescription(
        "REPO",
        .atLeastOne,
        .directory,
        help: "a repository's name in Nacre, or its path"
    )

    static let description = CommandDescription(
        "hooks",
        abstract: "Puts Nacre's hook into repositories, or takes it out.",
        discussion: "A hook that is there already goes on running, before Nacre's; uninstalling leaves it as it was.",
        subcommands: [
            CommandDescription("install", abstract: "Puts the hook in.", arguments: [repositories]),
            CommandDescription("uninstall", abstract: "Takes it out.", arguments: [repositories]),
            CommandDescription(
                "status",
                abstract: "Tells whether it is there.",
                arguments: [repositories],
                options: [OptionDescription(flag: "json", help: "write JSON")]
            ),
        ]
    )

    private struct Status: Encodable {
        var path: String
        var status: String
    }

    static func audit(of arguments: ParsedArguments) -> VerbAudit? {
        VerbAudit(arguments, changes: ["install": ["REPO"], "uninstall": ["REPO"]])
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let paths = try arguments.all("REPO").map { try path(of: $0, context) }
        switch arguments.path.last {
        case "install":
            let program = try context.program("nacre-hook")
            for path in paths {
                try Hooks(repository: path).install(program: program, socket: context.home.socket)
                context.tell("the hook is in \(path)")
            }
        case "uninstall":
            for path in paths {
                try Hooks(repository: path).uninstall()
                context.tell("the hook is no longer in \(path)")
            }
        default:
            let all = try paths.map { Status(path: $0, status: text(try Hooks(repository: $0).status())) }
            if arguments.flag("json") {
                try context.writeJSON(all)
            } else {
                for one in all { context.output.write("\(one.path): \(one.status)\n") }
            }
        }
        return .success
    }

    private static func text(_ status: HookStatus) -> String {
        if let other = status.overriddenBy { return "unused: git looks for hooks in \(other)" }
        let chained = status.hasPrevious ? ", after the one that was there" : ""
        return switch status.hook {
        case .absent: "absent"
        case .foreign: "absent: there is another one, which installing keeps"
        case .installed(_, let socket): "installed\(chained), for \(socket)"
        case .modified: "installed, but edited since"
        }
    }

    /// The repository that is meant: a word without a slash is a name in Nacre first, as a folder of the same name is most
    /// often a clone of it; all else is a path.
    private static func path(of word: String, _ context: VerbContext) throws -> String {
        if !word.contains("/"), case .repositories(let views)? = try? context.ask(.listRepositories),
            let view = views.first(where: { $0.name == word })
        {
            return view.path
        }
        guard let real = Paths.real(try context.absolute(word)), Folder.isFolder(real) else {
            throw VerbError(.notFound, "\(word) is neither a repository of Nacre's nor a folder")
        }
        return Folder.isFolder("\(real)/.git") ? "\(real)/.git" : real
    }
}
