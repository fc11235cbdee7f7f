// SPDX-License-Identifier: Apache-2.0

import Buckets
import Builds
import CommandLines
import Diagnostics
import Files
import Glibc

/// `nacre bucket`.
enum BucketVerb: Verb {
    private static let json = OptionDescription(flag: "json", help: "write JSON, in the shape of S3's API")
    private static let bucket = ArgumentDescription("BUCKET", help: "as `nacre bucket list` shows it")
    private static let key = ArgumentDescription("KEY", help: "the object's name")
    private static let prefix = ArgumentDescription("PREFIX", .optional, help: "only what begins with this")
    private static let version = OptionDescription(
        "version",
        value: "ID",
        help: "this version, as `nacre bucket versions` shows it"
    )

    static let description = CommandDescription(
        "bucket",
        abstract: "Keeps objects in buckets on this machine: S3's, with versions and checksums.",
        discussion: """
            Sources and deploy actions of pipelines use them by S3Bucket and BucketName, buildspecs by these commands. With \
            and without a daemon; one that runs is told of changes.
            """,
        subcommands: [
            CommandDescription(
                "create",
                abstract: "Makes a bucket.",
                arguments: [ArgumentDescription("BUCKET", help: "3 to 63 small letters, digits, dots and hyphens")],
                options: [OptionDescription(flag: "unversioned", help: "a put replaces what was there"), json]
            ),
            CommandDescription("list", abstract: "Lists the buckets.", options: [json]),
            CommandDescription(
                "ls",
                abstract: "Lists the objects of a bucket.",
                arguments: [bucket, prefix],
                options: [
                    OptionDescription(
                        "delimiter",
                        value: "TEXT",
                        help: "show keys only up to it, as with `/` the folders of one level"
                    ), json,
                ]
            ),
            CommandDescription(
                "put",
                abstract: "Puts a file as an object: a new version where the bucket has versions.",
                discussion: """
                    It is there whole or not at all. A KEY that ends in `/` gets the file's name after it; without FILE the \
                    file is named as the key is.
                    """,
                arguments: [
                    bucket, key, ArgumentDescription("FILE", .optional, .file, help: "`-` reads standard input"),
                ],
                options: [
                    OptionDescription(flag: "recursive", "r", help: "FILE is a folder; its files go below KEY"),
                    OptionDescription(
                        "content-type",
                        value: "TYPE",
                        help: "such as `application/zip` (default: by the extension)"
                    ),
                    OptionDescription(
                        "metadata",
                        value: "NAME=VALUE",
                        isRepeatable: true,
                        help: "`codepipeline-artifact-revision-summary` is shown by pipelines"
                    ),
                    json,
                ],
                examples: [
                    CommandDescription.Example("nacre bucket put models birds/model.tar.gz", "put that file"),
                    CommandDescription.Example("nacre bucket put site / dist -r", "put what is in a folder"),
                    CommandDescription.Example("make-report | nacre bucket put reports today.json -", "put a stream"),
                ]
            ),
            CommandDescription(
                "get",
                abstract: "Writes an object to a file, checked against its SHA-256.",
                arguments: [
                    bucket, key,
                    ArgumentDescription(
                        "FILE",
                        .optional,
                        .file,
                        help: "a file or folder; `-` is standard output (default: the key's last name)"
                    ),
                ],
                options: [
                    version,
                    OptionDescription(flag: "recursive", "r", help: "all objects below KEY, into the folder FILE"),
                    json,
                ],
                examples: [
                    CommandDescription.Example("nacre bucket get models birds/model.tar.gz", "write ./model.tar.gz"),
                    CommandDescription.Example("nacre bucket get site assets out -r", "write out/…"),
                ]
            ),
            CommandDescription(
                "cat",
                abstract: "Writes an object, checked, to standard output.",
                arguments: [bucket, key],
                options: [version]
            ),
            CommandDescription(
                "rm",
                abstract: "Removes an object; its versions stay, below a delete marker.",
                arguments: [bucket, key],
                options: [
                    OptionDescription("version", value: "ID", help: "remove this version, for good"),
                    OptionDescription(flag: "recursive", "r", help: "all objects below KEY"), json,
                ]
            ),
            CommandDescription(
                "versions",
                abstract: "Lists the versions of objects, the newest first.",
                arguments: [bucket, prefix],
                options: [json]
            ),
            CommandDescription(
                "versioning",
                abstract: "Says whether puts make versions; those that are there stay.",
                arguments: [
                    bucket, ArgumentDescription("STATE", .one, .choice(["on", "off"]), help: "`on` or `off`"),
                ]
            ),
            CommandDescription(
                "remove",
                abstract: "Removes an empty bucket.",
                arguments: [bucket],
                options: [OptionDescription(flag: "force", help: "also one with objects, and all of their versions")]
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? {
        VerbAudit(
            arguments,
            changes: [
                "create": ["BUCKET"], "remove": ["BUCKET"], "versioning": ["BUCKET", "STATE"],
                "put": ["BUCKET", "KEY"], "rm": ["BUCKET", "KEY"],
            ],
            beginnings: ["create"]
        )
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        switch arguments.path.last {
        case "create": try create(arguments, context)
        case "list": try list(arguments, context)
        default:
            guard let store = try context.existingBucketStore() else {
                throw BucketStore.noSuchBucket(arguments.required("BUCKET"))
            }
            try run(on: store, arguments, context)
        }
        return .success
    }

    private static func run(on store: BucketStore, _ arguments: ParsedArguments, _ context: VerbContext) throws {
        let name = arguments.required("BUCKET")
        switch arguments.path.last {
        case "put": try put(store, arguments, context)
        case "get": try get(store, arguments, context)
        case "cat":
            let version = arguments.string("version")
            try write(try store.head(arguments.required("KEY"), version: version, in: name), of: store)
        case "rm": try remove(store, arguments, context)
        case "versions": try versions(store, arguments, context)
        case "versioning":
            let state = arguments.required("STATE")
            try store.setVersioned(name, state == "on")
            context.tell("versioning of bucket \(name) is \(state)")
        case "remove":
            try store.remove(name, withObjects: arguments.flag("force"))
            context.tell("bucket \(name) is removed")
        default: try objects(store, arguments, context)
        }
    }

    private static func create(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let name = arguments.required("BUCKET")
        let isVersioned = !arguments.flag("unversioned")
        try context.bucketStore().create(name, isVersioned: isVersioned, at: Timestamp.now().milliseconds)
        if arguments.flag("json") { return try context.writeJSON(BucketView.Created(location: "/\(name)")) }
        context.tell("bucket \(name) is there")
    }

    // MARK: - Lists

    private static func list(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        let buckets = try context.existingBucketStore()?.buckets() ?? []
        if arguments.flag("json") { return try context.writeJSON(BucketView.Buckets(buckets)) }
        let table = TableFormatter(
            columns: [.init("NAME"), .init("VERSIONS"), .init("MADE")],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        context.output.write(
            table.text(
                buckets.map { [$0.name, $0.versioning.rawValue, RelativeTime.text($0.createdAt, now: now)] }
            )
        )
    }

    private static func objects(_ store: BucketStore, _ arguments: ParsedArguments, _ context: VerbContext) throws {
        let (bucket, prefix) = (arguments.required("BUCKET"), arguments.string("PREFIX") ?? "")
        let delimiter = arguments.string("delimiter")
        let listing = try all(store, bucket, prefix: prefix, delimiter: delimiter)
        if arguments.flag("json") {
            return try context.writeJSON(
                BucketView.Objects(bucket, prefix: prefix, delimiter: delimiter, listing)
            )
        }
        let table = TableFormatter(
            columns: [.init("SIZE", isRightAligned: true), .init("CHANGED"), .init("KEY")],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        let rows =
            listing.commonPrefixes.map { ["", "", TerminalText.visible($0)] }
            + listing.objects.map {
                [
                    ByteText.text($0.content.size), RelativeTime.text($0.modifiedAt, now: now),
                    TerminalText.visible($0.key),
                ]
            }
        context.output.write(table.text(rows))
    }

    private static func versions(_ store: BucketStore, _ arguments: ParsedArguments, _ context: VerbContext) throws {
        let (bucket, prefix) = (arguments.required("BUCKET"), arguments.string("PREFIX") ?? "")
        let versions = try store.versions(prefix: prefix, in: bucket)
        if arguments.flag("json") {
            return try context.writeJSON(BucketView.Versions(bucket, prefix: prefix, versions))
        }
        let table = TableFormatter(
            columns: [
                .init("VERSION"), .init("SIZE", isRightAligned: true), .init("CHANGED"), .init(""), .init("KEY"),
            ],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        let rows = versions.map { version in
            [
                version.versionID, version.content.map { ByteText.text($0.size) } ?? "delete marker",
                RelativeTime.text(version.modifiedAt, now: now), version.isLatest ? "latest" : "",
                TerminalText.visible(version.key),
            ]
        }
        context.output.write(table.text(rows))
    }

    /// All pages of a listing.
    static func all(
        _ store: BucketStore,
        _ bucket: String,
        prefix: String,
        delimiter: String? = nil
    ) throws -> ObjectListing {
        var result = try store.list(bucket, prefix: prefix, delimiter: delimiter)
        while let next = result.next {
            let page = try store.list(bucket, prefix: prefix, delimiter: delimiter, after: next)
            result.objects += page.objects
            result.commonPrefixes += page.commonPrefixes
            result.next = page.next
        }
        return result
    }
}
