// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Files
import Glibc
import LocalBuilds
import WireWords

/// `nacre build`.
enum BuildVerb: Verb {
    static let description = CommandDescription(
        "build",
        abstract: "Runs a buildspec on a working tree as it is, uncommitted changes included; no daemon is needed.",
        discussion: """
            The commands run in a copy: tracked files and those that git does not ignore. The log goes to standard output. The \
            exit code is 0 for SUCCEEDED, 1 for FAILED, 3 for an invalid buildspec, 4 for a fault of ours, 6 when stopped, 7 when its \
            time ran out, 130 after Ctrl-C.
            """,
        arguments: [
            ArgumentDescription("DIR", .optional, .directory, help: "the working tree (default: the current folder)")
        ],
        options: [
            OptionDescription(
                "buildspec",
                "b",
                value: "FILE",
                .file,
                help: "another buildspec: a path, seen from here or from DIR, or the YAML itself"
            ),
            OptionDescription(
                "env",
                "e",
                value: "NAME=VALUE",
                isRepeatable: true,
                help: "set a variable; beats the buildspec's"
            ),
            OptionDescription(
                "env-file",
                value: "FILE",
                .file,
                isRepeatable: true,
                help: "set the variables of a dotenv file; `--env` beats it"
            ),
            OptionDescription(
                "secrets-file",
                value: "FILE",
                .file,
                help: "take values of parameters and secrets from there before the store; see `nacre parameter --help`"
            ),
            OptionDescription("artifacts", "a", value: "DIR", .directory, help: "put the artifact zips there"),
            OptionDescription(flag: "unpacked", help: "unpack the artifacts there as well"),
            OptionDescription(
                "source",
                value: "ID=DIR",
                .text,
                isRepeatable: true,
                help: "a further source, CODEBUILD_SRC_DIR_ID for the commands"
            ),
            OptionDescription(
                "timeout",
                value: "DURATION",
                .text,
                help: "end the build after this time (default: 60m)"
            ),
            OptionDescription("retries", value: "N", .text, help: "try a failed build again, up to N times"),
            OptionDescription(
                flag: "debug",
                help: "stop at `codebuild-breakpoint` and after a failed command, with a shell there"
            ),
            OptionDescription(
                "from",
                value: "PHASE",
                .choice(["install", "pre_build", "build", "post_build"]),
                help: "begin with this phase, in the workspace that the last failed (or kept) build here has left"
            ),
            OptionDescription(flag: "batch", help: "run the builds of the buildspec's block `batch`"),
            OptionDescription(
                "jobs",
                "j",
                value: "N",
                .text,
                help: "how many builds of a batch run at the same time (default: one for each core)"
            ),
            OptionDescription(
                flag: "combine-artifacts",
                help: "put the artifacts of all builds of a batch into combined.zip as well"
            ),
            OptionDescription(flag: "dry-run", help: "run nothing; tell what would run, and where variables come from"),
            OptionDescription(flag: "in-place", help: "run in the working tree itself, not in a copy"),
            OptionDescription(flag: "no-cache", help: "neither restore nor save the buildspec's `cache`"),
            OptionDescription(flag: "keep", help: "leave the build's folder where it is and say where"),
            OptionDescription(
                flag: "json",
                help: "write the Build object to standard output, the log to standard error"
            ),
        ] + IsolationOptions.descriptions,
        examples: [
            CommandDescription.Example("nacre build", "run ./buildspec.yml"),
            CommandDescription.Example(
                "nacre build -e THRESHOLD=2 -a out",
                "set a variable, keep the artifacts in out/"
            ),
            CommandDescription.Example("nacre build ~/model -b ci/train.yml", "another tree, another buildspec"),
            CommandDescription.Example("nacre build --batch -j 4", "run the batch, four builds at a time"),
            CommandDescription.Example("nacre build --sandbox --no-network --memory 2G", "shut in, and with a limit"),
            CommandDescription.Example("nacre build --image docker.io/library/python:3.12", "in a container"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let options = try options(arguments, context)
        for name in ["debug", "from"] where arguments.flag("batch") && arguments.flag(name) {
            throw arguments.error(name, "is for a single build: leave out `--batch`")
        }
        if arguments.flag("batch") { return try BatchBuild.run(arguments, options, context) }
        for name in ["jobs", "combine-artifacts"] where arguments.flag(name) {
            throw arguments.error(name, "is for batch builds: add `--batch`")
        }
        let build = LocalBuild(
            options,
            home: context.home,
            launcher: BuildLauncher(executable: try context.program("nacre-supervisor")),
            tell: { context.tell($0) }
        )
        if arguments.flag("dry-run") { return try DryRun.run(build, arguments, context) }
        let isJSON = arguments.flag("json")
        let outcome = try build.run(output: isJSON ? STDERR_FILENO : STDOUT_FILENO)
        if isJSON { try context.writeJSON(outcome.build) }
        for build in outcome.earlier { summarize(build, context) }
        if let folder = outcome.keptFolder { context.tell("the build's folder is \(folder)") }
        summarize(outcome.build, context)
        if outcome.canBeDebugged { context.tell("`nacre debug` opens a shell where it failed") }
        return outcome.wasInterrupted && outcome.build.buildStatus == .stopped
            ? .interrupted : BuildOutcome.exitCode(outcome.build)
    }

    private static func options(_ arguments: ParsedArguments, _ context: VerbContext) throws -> LocalBuildOptions {
        let directory = try folder(arguments.string("DIR") ?? ".", context)
        var options = LocalBuildOptions(directory: directory)
        options.buildspec = arguments.string("buildspec")
        for (variable, origin) in try variables(arguments, context) {
            options.variables.append(variable)
            options.variableOrigins[variable.name] = origin
        }
        options.secretsFile = try arguments.string("secrets-file").map { try SecretsFileOption.read($0, context) }
        if let path = arguments.string("artifacts") { options.artifactsDirectory = try context.absolute(path) }
        options.unpacksArtifacts = arguments.flag("unpacked")
        if options.unpacksArtifacts, options.artifactsDirectory == nil {
            throw arguments.error("unpacked", "needs a folder: add `--artifacts DIR`")
        }
        if let seconds = try arguments.seconds("timeout") { options.timeoutSeconds = seconds }
        options.retryLimit = try arguments.integer("retries", in: 0...100) ?? 0
        options.isDebug = arguments.flag("debug")
        options.firstPhase = arguments.string("from").flatMap { PhaseType(rawValue: $0.uppercased()) }
        options.isInPlace = arguments.flag("in-place")
        options.keepsCache = !arguments.flag("no-cache")
        options.keepsFolder = arguments.flag("keep")
        options.isolation = try IsolationOptions.isolation(arguments)
        options.limits = try IsolationOptions.limits(arguments)
        options.isPrivileged = arguments.flag("docker")
        var sources: [(identifier: String, directory: String)] = []
        for text in arguments.all("source") {
            guard let equals = text.firstIndex(of: "="), EnvironmentVariable.isValidName(String(text[..<equals])) else {
                throw arguments.error(
                    "source",
                    "must be ID=DIR with an ID of letters, digits and underscores, not '\(text)'"
                )
            }
            let identifier = String(text[..<equals])
            if sources.contains(where: { $0.identifier == identifier }) {
                throw arguments.error("source", "names \(identifier) twice")
            }
            sources.append((identifier, try folder(String(text[text.index(after: equals)...]), context)))
        }
        options.secondarySources = sources
        return options
    }

    private static func folder(_ path: String, _ context: VerbContext) throws -> String {
        let absolute = try context.absolute(path)
        guard Folder.isFolder(absolute), let real = Paths.real(absolute) else {
            throw VerbError(.notFound, "\(path) is not a folder")
        }
        return real
    }

    /// The variables of files and options, a later one before an earlier one, each with where it was given.
    private static func variables(
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws -> [(variable: EnvironmentVariable, origin: String)] {
        var variables: [(variable: EnvironmentVariable, origin: String)] = []
        for path in arguments.all("env-file") {
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try AtomicFile.read(path, limit: 16 << 20)
            } catch {
                throw VerbError(.notFound, "the environment file cannot be read: \(error)")
            }
            do throws(EnvironmentFileError) {
                variables += try EnvironmentFile.readLines(bytes, file: path).map {
                    ($0.variable, "\(path):\($0.line)")
                }
            } catch {
                throw VerbError(.invalidFile, "\(error)")
            }
        }
        for text in arguments.all("env") {
            guard let equals = text.firstIndex(of: "="), EnvironmentVariable.isValidName(String(text[..<equals])) else {
                throw arguments.error("env", "must be NAME=VALUE, not '\(text)'")
            }
            let value = String(text[text.index(after: equals)...])
            variables.append((EnvironmentVariable(name: String(text[..<equals]), value: value), "-e"))
        }
        return variables
    }

    private static func summarize(_ build: Build, _ context: VerbContext) {
        var line = "\(build.projectName)#\(build.buildNumber) \(build.buildStatus.rawValue)"
        if let end = build.endTime {
            line += " in \(DurationText.text(milliseconds: end.milliseconds - build.startTime.milliseconds))"
        }
        if build.buildStatus != .succeeded, let failed = build.cause,
            let message = failed.contexts?.first?.message, !message.isEmpty
        {
            line += ": \(failed.phaseType.rawValue): \(message.split(separator: "\n").first ?? "")"
        }
        if let reason = build.statusReason { line += " (\(reason))" }
        context.tell(line)
        for artifacts in [build.artifacts] + build.secondaryArtifacts where artifacts.sha256sum != nil {
            let files = artifacts.files == 1 ? "1 file" : "\(artifacts.files ?? 0) files"
            let size = ByteText.text(artifacts.size ?? 0)
            let place = artifacts.location.isEmpty ? "not kept; name a folder with `-a DIR`" : artifacts.location
            context.tell("artifact \(artifacts.artifactIdentifier ?? "artifacts"): \(files), \(size), \(place)")
        }
    }
}
