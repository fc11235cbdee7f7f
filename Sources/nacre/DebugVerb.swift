// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Files
import Glibc
import LocalBuilds
import WireWords

/// `nacre debug`.
enum DebugVerb: Verb {
    static let description = CommandDescription(
        "debug",
        abstract: "Opens a shell in a build: where it is held, or where it failed.",
        discussion: """
            A build with debugging on (`nacre build --debug`, `git push -o nacre.debug`, or the project's setting) is held at \
            `codebuild-breakpoint` and after a failed command; `codebuild-resume`, typed in its shell, lets it go on. The workspace \
            of a failed build is kept for a while, and the shell has the directory and the variables of the command that failed. \
            The exit code is the shell's.
            """,
        arguments: [
            ArgumentDescription(
                "ID",
                .optional,
                help:
                    "a build, as for `nacre show`; a local one by its UUID or PROJECT#NUMBER (default: the last failed "
                    + "one of the current folder)"
            )
        ],
        options: [
            OptionDescription(flag: "resume", help: "open no shell; let a held build go on"),
            OptionDescription(
                "secrets-file",
                value: "FILE",
                .file,
                help: "parameters and secrets for the shell of a failed build, before the store's"
            ),
        ],
        examples: [
            CommandDescription.Example("nacre debug", "look at what the last `nacre build` here has left"),
            CommandDescription.Example("nacre debug abalone#12", "look at a build of the daemon's"),
            CommandDescription.Example("nacre debug abalone#12 --resume", "let it go on"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? {
        VerbAudit(subject: arguments.string("ID") ?? "")
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let session = DebugSession(
            home: context.home,
            terminal: context.environment["TERM"] ?? "dumb",
            secrets: try arguments.string("secrets-file").map { try SecretsFileOption.read($0, context) },
            tell: { context.tell($0) }
        )
        let folder = try folder(arguments.string("ID"), session, context)
        let status = try arguments.flag("resume") ? session.resume(folder) : session.open(folder)
        // A shell's status is the caller's to know, whatever it is.
        guard let code = ExitCode(rawValue: status) else { exit(status) }
        return code
    }

    private static func folder(
        _ name: String?,
        _ session: DebugSession,
        _ context: VerbContext
    ) throws -> BuildFolder {
        let here = try context.absolute(".")
        if let build = session.localBuild(name, workingTree: Paths.real(here) ?? here) { return build.folder }
        guard let name else {
            throw VerbError(.notFound, "no failed build of \(here) is kept; name a build, or run `nacre build` here")
        }
        guard case .build(let build) = try context.ask(.showBuild(build: name)) else {
            throw VerbError(.fault, "the daemon's answer is not a build")
        }
        guard let id = BuildID(build.id) else { throw VerbError(.fault, "\(build.id) is not a build's id") }
        return context.home.build(id)
    }
}
