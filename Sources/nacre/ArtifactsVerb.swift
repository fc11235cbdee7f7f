// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Builds
import CommandLines
import Control
import Diagnostics
import Digests
import Files
import Glibc
import Pipelines
import Zips

/// `nacre artifacts`.
enum ArtifactsVerb: Verb {
    private static let identifier = OptionDescription(
        "artifact",
        value: "NAME",
        help: "of a build: a secondary artifact instead of the primary one"
    )
    private static let name = ArgumentDescription(
        "ARTIFACT",
        .optional,
        help: "of an execution: only the artifact that its pipeline calls so"
    )

    static let description = CommandDescription(
        "artifacts",
        abstract:
            "Lists and fetches what a build or an execution made; every read is checked against its SHA-256.",
        subcommands: [
            CommandDescription(
                "list",
                abstract: "Lists the artifacts and the files in them.",
                arguments: [Reference.argument, name],
                options: [OptionDescription(flag: "json", help: "write JSON")]
            ),
            CommandDescription(
                "get",
                abstract: "Writes the artifacts to a folder, as they are: zips, or the object of an S3 source.",
                arguments: [Reference.argument, name],
                options: [
                    OptionDescription("output", "o", value: "DIR", .directory, default: ".", help: "where they go"),
                    OptionDescription(flag: "unpacked", help: "unpack them instead, each into a folder of its name"),
                    identifier,
                ],
                examples: [
                    CommandDescription.Example("nacre artifacts get latest -o out", "write out/artifacts.zip"),
                    CommandDescription.Example("nacre artifacts get abalone/12 Model --unpacked", "unpack one"),
                ]
            ),
            CommandDescription(
                "cat",
                abstract: "Writes one file of an artifact, or the artifact itself, to standard output.",
                arguments: [
                    Reference.argument,
                    ArgumentDescription("NAME", help: "of a build, the file; of an execution, the artifact"),
                    ArgumentDescription("FILE", .optional, help: "the file in an execution's artifact (default: all)"),
                ],
                options: [identifier],
                examples: [
                    CommandDescription.Example("nacre artifacts cat latest evaluation.json", "read a report"),
                    CommandDescription.Example("nacre artifacts cat abalone/12 Model metrics.json", "of an execution"),
                ]
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let owner = try ArtifactOwner.find(BuildArgument.name(arguments), context)
        let store = try ArtifactStore(context.home.artifacts)
        switch arguments.path.last {
        case "get":
            let chosen =
                try chosenName(owner, arguments, "ARTIFACT").map { [try owner.artifact($0)] } ?? owner.artifacts
            if chosen.isEmpty { throw owner.nothing }
            try owner.check(chosen, in: store)
            try get(chosen, from: store, arguments, context)
        case "cat": try cat(owner, store, arguments, context)
        default:
            let chosen =
                try chosenName(owner, arguments, "ARTIFACT").map { [try owner.artifact($0)] } ?? owner.artifacts
            try owner.check(chosen, in: store)
            try list(chosen, store, arguments, context)
        }
        return .success
    }

    /// The artifact that is asked for, by whichever of the two ways fits.
    private static func chosenName(
        _ owner: ArtifactOwner,
        _ arguments: ParsedArguments,
        _ argument: String
    ) throws -> String? {
        let isList = arguments.path.last == "list"
        guard let name = arguments.string(argument) else { return isList ? nil : arguments.string("artifact") }
        if owner.isBuild { throw arguments.error(argument, "is for executions; \(owner.label) is a build") }
        return name
    }

    private static func cat(
        _ owner: ArtifactOwner,
        _ store: ArtifactStore,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws {
        let name = arguments.required("NAME")
        let file = arguments.string("FILE")
        if owner.isBuild, file != nil { throw arguments.error("FILE", "is for executions; \(owner.label) is a build") }
        let artifact = try owner.artifact(owner.isBuild ? arguments.string("artifact") : name)
        try owner.check([artifact], in: store)
        guard let path = owner.isBuild ? name : file else {
            return try artifact.write(to: context.output, from: store)
        }
        let archive = try artifact.archive(in: store)
        guard let entry = archive?.entry(path) else {
            throw VerbError(.notFound, "there is no `\(path)` in it; `nacre artifacts list \(owner.label)`")
        }
        try archive?.read(entry, to: Descriptor(owning: dup(STDOUT_FILENO)))
    }

    private static func list(
        _ all: [StoredArtifact],
        _ store: ArtifactStore,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws {
        let listings = try all.map { artifact in
            StoredArtifact.Listing(
                artifacts: artifact.build,
                artifact: artifact.reference,
                files: try artifact.archive(in: store)?.entries.map { .init(path: $0.path, size: $0.size) }
            )
        }
        if arguments.flag("json") { return try context.writeJSON(listings) }
        for (artifact, listing) in zip(all, listings) {
            let size = ByteText.text(artifact.size)
            let files = listing.files.map { "\($0.count) files, " } ?? "one object, "
            context.output.write(
                TerminalText.visible("\(artifact.name): \(files)\(size), sha256 \(artifact.hex ?? "?")") + "\n"
            )
            let table = TableFormatter(columns: [.init("", isRightAligned: true), .init("")], showsHeader: false)
            context.output.write(
                table.text(
                    (listing.files ?? []).map { ["  \(ByteText.text(Int64($0.size)))", TerminalText.visible($0.path)] }
                )
            )
        }
    }

    private static func get(
        _ chosen: [StoredArtifact],
        from store: ArtifactStore,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws {
        let folder = try context.absolute(arguments.string("output") ?? ".")
        try Folder.make(folder)
        for artifact in chosen {
            let target: String
            let isArchive = try artifact.isArchive(in: store)
            if arguments.flag("unpacked"), isArchive {
                target = "\(folder)/\(artifact.name)"
                try artifact.archive(in: store)?.unpack(to: target)
            } else {
                target = "\(folder)/\(artifact.name)\(isArchive ? ".zip" : "")"
                try FileMove.copy(try store.openVerified(try artifact.digest()), to: target)
            }
            context.output.write("\(target)\n")
        }
    }
}
