// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Builds
import CommandLines
import Control
import Diagnostics
import Digests
import Files
import Glibc
import Zips

/// `nacre artifacts`.
enum ArtifactsVerb: Verb {
    private static let identifier = OptionDescription(
        "artifact",
        value: "ID",
        help: "a secondary artifact instead of the primary one"
    )

    static let description = CommandDescription(
        "artifacts",
        abstract: "Lists and fetches what a build made; every read is checked against its SHA-256.",
        subcommands: [
            CommandDescription(
                "list",
                abstract: "Lists the artifacts of a build and the files in them.",
                arguments: [BuildArgument.description],
                options: [OptionDescription(flag: "json", help: "write JSON")]
            ),
            CommandDescription(
                "get",
                abstract: "Writes the zips of a build to a folder.",
                arguments: [BuildArgument.description],
                options: [
                    OptionDescription("output", "o", value: "DIR", .directory, default: ".", help: "where they go"),
                    OptionDescription(flag: "unpacked", help: "unpack them instead, each into a folder of its name"),
                    identifier,
                ],
                examples: [CommandDescription.Example("nacre artifacts get latest -o out", "write out/artifacts.zip")]
            ),
            CommandDescription(
                "cat",
                abstract: "Writes one file of an artifact to standard output.",
                arguments: [
                    BuildArgument.description, ArgumentDescription("PATH", help: "as `nacre artifacts list` shows it"),
                ],
                options: [identifier],
                examples: [CommandDescription.Example("nacre artifacts cat latest evaluation.json", "read a report")]
            ),
        ]
    )

    /// An artifact with its files, as `--json` shows it.
    private struct Listing: Encodable {
        struct Entry: Encodable {
            var path: String
            var size: Int
        }

        var artifacts: Build.Artifacts
        var files: [Entry]
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        guard case .build(let build) = try context.ask(.showBuild(build: BuildArgument.name(arguments))) else {
            return .fault
        }
        let all = ([build.artifacts] + build.secondaryArtifacts).filter { !$0.location.isEmpty }
        let store = try ArtifactStore(context.home.artifacts)
        switch arguments.path.last {
        case "get":
            let chosen = try arguments.string("artifact").map { [try choose($0, from: all, build)] } ?? all
            if chosen.isEmpty { throw nothing(build) }
            try get(chosen, from: store, arguments, context)
        case "cat":
            let archive = try open(try choose(arguments.string("artifact"), from: all, build), store)
            let path = arguments.required("PATH")
            guard let entry = archive.entry(path) else {
                throw VerbError(
                    .notFound,
                    "there is no `\(path)` in it; `nacre artifacts list \(build.projectName)#\(build.buildNumber)`"
                )
            }
            try archive.read(entry, to: Descriptor(owning: dup(STDOUT_FILENO)))
        default:
            try list(all, store, arguments, context)
        }
        return .success
    }

    private static func list(
        _ all: [Build.Artifacts],
        _ store: ArtifactStore,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws {
        let listings = try all.map { artifacts in
            Listing(
                artifacts: artifacts,
                files: try open(artifacts, store).entries.map { .init(path: $0.path, size: $0.size) }
            )
        }
        if arguments.flag("json") { return try context.writeJSON(listings) }
        for listing in listings {
            let name = listing.artifacts.artifactIdentifier ?? "artifacts"
            let size = ByteText.text(listing.artifacts.size ?? 0)
            context.output.write(
                "\(name): \(listing.files.count) files, \(size), sha256 \(listing.artifacts.sha256sum ?? "?")\n"
            )
            let table = TableFormatter(columns: [.init("", isRightAligned: true), .init("")], showsHeader: false)
            context.output.write(
                table.text(listing.files.map { ["  \(ByteText.text(Int64($0.size)))", TerminalText.visible($0.path)] })
            )
        }
    }

    private static func get(
        _ chosen: [Build.Artifacts],
        from store: ArtifactStore,
        _ arguments: ParsedArguments,
        _ context: VerbContext
    ) throws {
        let folder = try context.absolute(arguments.string("output") ?? ".")
        try Folder.make(folder)
        for artifacts in chosen {
            let name = artifacts.artifactIdentifier ?? "artifacts"
            if arguments.flag("unpacked") {
                let target = "\(folder)/\(name)"
                try open(artifacts, store).unpack(to: target)
                context.output.write("\(target)\n")
            } else {
                let target = "\(folder)/\(name).zip"
                try FileMove.copy(try store.openVerified(try digest(of: artifacts)), to: target)
                context.output.write("\(target)\n")
            }
        }
    }

    private static func open(_ artifacts: Build.Artifacts, _ store: ArtifactStore) throws -> ZipArchive {
        try ZipArchive(try store.openVerified(try digest(of: artifacts)), path: artifacts.location)
    }

    private static func digest(of artifacts: Build.Artifacts) throws -> SHA256Digest {
        guard let text = artifacts.sha256sum, let digest = SHA256Digest(hex: text) else {
            throw VerbError(.fault, "the build has no digest for \(artifacts.location)")
        }
        return digest
    }

    private static func choose(
        _ identifier: String?,
        from all: [Build.Artifacts],
        _ build: Build
    ) throws -> Build.Artifacts {
        if let found = all.first(where: { $0.artifactIdentifier == identifier }) { return found }
        guard let identifier else { throw nothing(build) }
        throw VerbError(.notFound, "\(build.projectName)#\(build.buildNumber) has no artifact `\(identifier)`")
    }

    private static func nothing(_ build: Build) -> VerbError {
        let why = build.buildComplete ? "made no artifacts" : "has no artifacts yet"
        return VerbError(.notFound, "\(build.projectName)#\(build.buildNumber) \(why)")
    }
}
