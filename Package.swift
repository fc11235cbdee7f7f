// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// One section a level, lowest first; a target may depend only on sections above its own.
// See Documentation/Modules.md. No outside packages: the toolchain and Debian's -dev packages are enough.

/// Where sanitizers write what they find (`make sanitize`), nil without them; programs have to load them.
let findings = Context.environment["NACRE_SANITIZE"]

/// Nothing is loaded at the start, which costs a program a millisecond.
///
/// The hook and the supervisor are started for every push and build, and the supervisor runs inside images that have none of our libraries.
let startsFast: [LinkerSetting] = findings != nil ? [] : [.unsafeFlags(["-static-executable"])]

/// The service and command line, which stays linked dynamically, so that the machine's name services work in it.
///
/// Addresses to be adjusted at the start are packed to a tenth, and no symbols are offered to libraries: each of the two is a
/// millisecond of every command.
let startsSoon: [LinkerSetting] =
    findings != nil
    ? []
    : [
        .unsafeFlags([
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic",
        ])
    ]

/// C libraries are linked statically (`:libname.a`): each shared one costs a program milliseconds of start.
let package = Package(
    name: "nacre",
    products: [
        .executable(name: "nacre", targets: ["nacre"]),
        .executable(name: "nacre-environment", targets: ["nacre-environment"]),
        .executable(name: "nacre-hook", targets: ["nacre-hook"]),
        .executable(name: "nacre-supervisor", targets: ["nacre-supervisor"]),
    ],
    targets: [
        // MARK: 0 C
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CDeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CGit2", providers: [.apt(["libgit2-dev"])]),
        .target(name: "CShims"),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // MARK: 1 tools
        .target(name: "Ciphers", dependencies: ["CCrypto", "Files"], linkerSettings: [.linkedLibrary(":libcrypto.a")]),
        .target(name: "CommandLines"),
        .target(name: "ControlGroups", dependencies: ["CShims", "Files"]),
        .target(name: "Diagnostics"),
        .target(name: "Digests", dependencies: ["CCrypto", "Files"], linkerSettings: [.linkedLibrary(":libcrypto.a")]),
        .target(name: "Files", dependencies: ["CShims"]),
        .target(
            name: "Git",
            dependencies: ["CGit2", "CShims", "CZlib", "Files"],
            linkerSettings: [.linkedLibrary(":libz.a")]
        ),
        .target(name: "Globs"),
        .target(name: "JSON"),
        .target(name: "Masks"),
        .target(name: "Metrics"),
        .target(name: "Processes", dependencies: ["CShims", "Files"]),
        .target(
            name: "SQLite",
            dependencies: ["CSQLite"],
            linkerSettings: [.linkedLibrary(":libsqlite3.a"), .linkedLibrary("m")]
        ),
        .target(name: "Terminals", dependencies: ["CShims", "Files", "Processes"]),
        .target(name: "WireWords"),
        .target(name: "XML", dependencies: ["CExpat"], linkerSettings: [.linkedLibrary(":libexpat.a")]),
        .target(
            name: "YAML",
            dependencies: ["CYAML", "Diagnostics"],
            linkerSettings: [.linkedLibrary(":libyaml.a")]
        ),
        .target(
            name: "Zips",
            dependencies: ["CDeflate", "CZlib", "Digests", "Files"],
            linkerSettings: [.linkedLibrary(":libdeflate.a"), .linkedLibrary(":libz.a")]
        ),

        // MARK: 2 domain
        .target(name: "AppSpecs", dependencies: ["Diagnostics", "Files", "JSON", "Processes", "YAML"]),
        .target(name: "Artifacts", dependencies: ["Digests", "Files", "Globs", "Zips"]),
        .target(name: "Audits", dependencies: ["CShims", "Digests", "Files", "JSON"]),
        .target(name: "Backups", dependencies: ["Digests", "Files", "JSON", "SQLite"]),
        .target(
            name: "Batches",
            dependencies: ["Builds", "Buildspecs", "Diagnostics", "Digests", "Files", "WireWords", "Zips"]
        ),
        .target(
            name: "Builds",
            dependencies: [
                "Artifacts", "BuildTools", "Buildspecs", "Caches", "CShims", "ControlGroups", "DebugShells",
                "Diagnostics",
                "Digests", "Files", "JSON", "Masks", "Processes", "Reports", "Runtimes", "WireWords", "Zips",
            ]
        ),
        .target(name: "Buildspecs", dependencies: ["Diagnostics", "WireWords", "YAML"]),
        .target(
            name: "BuildTools",
            dependencies: ["AppSpecs", "Artifacts", "Diagnostics", "Digests", "Files", "Globs", "Processes", "Zips"]
        ),
        .target(name: "Buckets", dependencies: ["Artifacts", "Digests", "Files", "JSON", "SQLite"]),
        .target(name: "Caches", dependencies: ["CShims", "Digests", "Files", "Globs", "JSON", "Zips"]),
        .target(
            name: "Control",
            dependencies: [
                "Batches", "Builds", "Buildspecs", "CShims", "Diagnostics", "Files", "JSON", "Pipelines", "Processes",
                "Retention", "Secrets", "WireWords", "YAML",
            ]
        ),
        .target(name: "DebugShells", dependencies: ["CShims", "Files", "Processes", "Terminals"]),
        .target(name: "Environments", dependencies: ["CShims", "Files", "JSON", "Processes"]),
        .target(name: "Events", dependencies: ["Files", "JSON"]),
        .target(name: "Journals", dependencies: ["JSON", "Pipelines", "SQLite", "WireWords"]),
        .target(name: "Pipelines", dependencies: ["Diagnostics", "JSON"]),
        .target(name: "Reports", dependencies: ["Artifacts", "Files", "JSON", "WireWords", "XML", "Zips"]),
        .target(name: "Retention"),
        .target(name: "Repositories", dependencies: ["Diagnostics", "Files", "Git"]),
        .target(name: "Runtimes", dependencies: ["Files", "Processes"]),
        .target(
            name: "Sandboxes",
            dependencies: ["Builds", "CShims", "ControlGroups", "Files", "Processes", "WireWords"]
        ),
        .target(
            name: "Secrets",
            dependencies: ["Buildspecs", "Ciphers", "Diagnostics", "Files", "JSON", "SQLite", "WireWords", "YAML"]
        ),

        .target(name: "Templates", dependencies: ["Diagnostics", "Events", "JSON", "Pipelines", "YAML"]),

        // MARK: 3 services
        .target(
            name: "Daemon",
            dependencies: [
                "AppSpecs", "Artifacts", "Audits", "Backups", "Batches", "Buckets", "BuildTools", "Builds",
                "Buildspecs", "CShims", "Caches", "Control", "ControlGroups", "Diagnostics", "Digests", "Environments",
                "Events", "Files", "Git", "JSON", "Journals", "Metrics", "Pipelines", "Processes", "Reports",
                "Repositories", "Retention", "Sandboxes", "Secrets", "Templates", "WireWords", "Zips",
            ]
        ),

        .target(
            name: "LocalBuilds",
            dependencies: [
                "Artifacts", "Batches", "Builds", "Buildspecs", "CShims", "Control", "DebugShells", "Diagnostics",
                "Digests", "Files", "Git", "JSON", "Processes", "Repositories", "Sandboxes", "Secrets", "Terminals",
                "WireWords", "Zips",
            ]
        ),

        // MARK: 4 programs
        .executableTarget(
            name: "nacre",
            dependencies: [
                "Artifacts", "Audits", "Backups", "Batches", "Buckets", "Builds", "Buildspecs", "CommandLines",
                "Control", "Daemon",
                "DebugShells", "Diagnostics", "Digests", "Environments", "Files", "Git", "JSON", "LocalBuilds",
                "Pipelines", "Processes", "Reports", "Repositories", "Retention", "Secrets", "Templates", "Terminals",
                "WireWords", "Zips",
            ],
            linkerSettings: startsSoon
        ),
        .executableTarget(
            name: "nacre-environment",
            dependencies: ["Environments", "Files"],
            linkerSettings: startsFast
        ),
        .executableTarget(name: "nacre-hook", dependencies: ["CShims"], linkerSettings: startsFast),
        .executableTarget(
            name: "nacre-supervisor",
            dependencies: ["BuildTools", "Builds", "DebugShells", "Files", "Processes", "Sandboxes"],
            linkerSettings: startsFast
        ),

        // MARK: benchmarks
        .executableTarget(
            name: "pipeline-simulation",
            dependencies: ["JSON", "Pipelines"],
            path: "Benchmarks/pipeline-simulation",
            linkerSettings: [.linkedLibrary("m")]
        ),

        // MARK: tests
        .target(name: "CTracing", path: "Tests/CTracing"),
        .target(name: "TestSupport", dependencies: ["Files", "Processes", "Terminals"], path: "Tests/TestSupport"),
        .executableTarget(
            name: "fault-tracer",
            dependencies: ["CTracing", "Files", "TestSupport"],
            path: "Tests/FaultTracer",
            linkerSettings: [.linkedLibrary("m")]
        ),
        .testTarget(name: "AuditsTests", dependencies: ["Audits", "Digests", "Files", "JSON", "TestSupport"]),
        .testTarget(name: "BackupsTests", dependencies: ["Backups", "Files", "JSON", "SQLite", "TestSupport"]),
        .testTarget(
            name: "FaultTests",
            dependencies: ["Files", "JSON", "Processes", "SQLite", "Terminals", "TestSupport", "fault-tracer"],
            path: "Tests/Faults"
        ),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "AppSpecs", "Audits", "Backups", "Builds", "Buildspecs", "CommandLines", "Control", "Diagnostics",
                "Events", "Files", "Git", "Globs", "JSON", "Journals", "Masks", "Pipelines", "Reports",
                "Repositories", "Retention", "SQLite", "Templates", "WireWords", "XML", "YAML", "Zips",
            ],
            path: "Tests/Fuzz/Targets"
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["CShims", "Control", "Files", "FuzzTargets", "JSON", "TestSupport"],
            path: "Tests/Fuzz",
            exclude: ["CFuzzer", "Driver", "Targets"]
        ),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics"]),
        .testTarget(name: "RetentionTests", dependencies: ["Retention"]),
        .testTarget(name: "AppSpecsTests", dependencies: ["AppSpecs", "Diagnostics", "Files", "JSON", "TestSupport"]),
        .testTarget(
            name: "BucketsTests",
            dependencies: ["Artifacts", "Buckets", "Digests", "Files", "JSON", "TestSupport"]
        ),
        .testTarget(
            name: "EnvironmentsTests",
            dependencies: ["Environments", "Files", "JSON", "Processes", "TestSupport"]
        ),
        .testTarget(name: "EventsTests", dependencies: ["Events", "JSON", "TestSupport"]),
        .testTarget(name: "PipelinesTests", dependencies: ["JSON", "Pipelines", "TestSupport"]),
        .testTarget(name: "PipelineProductTests", dependencies: ["JSON", "TestSupport"]),
        .testTarget(
            name: "TemplatesTests",
            dependencies: ["Diagnostics", "Events", "JSON", "Pipelines", "Templates", "TestSupport"]
        ),
        .testTarget(name: "ArtifactsTests", dependencies: ["Artifacts", "Digests", "Files", "TestSupport", "Zips"]),
        .testTarget(
            name: "BatchesTests",
            dependencies: ["Batches", "Builds", "Buildspecs", "Diagnostics", "JSON", "WireWords"]
        ),
        .testTarget(name: "BuildToolsTests", dependencies: ["BuildTools", "Files", "TestSupport"]),
        .testTarget(
            name: "BuildsTests",
            dependencies: [
                "Builds", "Buildspecs", "Diagnostics", "Files", "JSON", "Masks", "Processes", "TestSupport",
                "WireWords",
            ]
        ),
        .testTarget(
            name: "BuildspecsTests",
            dependencies: ["Buildspecs", "Diagnostics", "TestSupport", "WireWords", "YAML"]
        ),
        .testTarget(name: "CachesTests", dependencies: ["Caches", "Files", "TestSupport"]),
        .testTarget(name: "CiphersTests", dependencies: ["Ciphers", "Files", "TestSupport"]),
        .testTarget(name: "CommandLinesTests", dependencies: ["CommandLines"]),
        .testTarget(name: "ConformanceTests", dependencies: ["TestSupport"]),
        .testTarget(name: "ControlTests", dependencies: ["Control", "Diagnostics", "Retention", "TestSupport"]),
        .testTarget(name: "ControlGroupsTests", dependencies: ["ControlGroups", "Files", "Processes", "TestSupport"]),
        .testTarget(
            name: "DebugShellsTests",
            dependencies: ["DebugShells", "Files", "Processes", "Terminals", "TestSupport"]
        ),
        .testTarget(name: "DigestsTests", dependencies: ["Digests", "TestSupport"]),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Artifacts", "Audits", "Buckets", "Builds", "Control", "Daemon", "Digests", "Environments", "Events",
                "Files", "Git", "JSON", "Journals", "Pipelines", "Repositories", "Retention", "SQLite", "TestSupport",
                "WireWords", "Zips",
            ]
        ),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(name: "GitTests", dependencies: ["Git", "TestSupport"]),
        .testTarget(name: "GlobsTests", dependencies: ["Globs"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(
            name: "JournalsTests",
            dependencies: ["JSON", "Journals", "Pipelines", "SQLite", "TestSupport", "WireWords"]
        ),
        .testTarget(name: "MasksTests", dependencies: ["Masks"]),
        .testTarget(name: "ProcessesTests", dependencies: ["Files", "Processes", "TestSupport"]),
        .testTarget(name: "ProductTests", dependencies: ["TestSupport"]),
        .testTarget(
            name: "RepositoriesTests",
            dependencies: ["Diagnostics", "Files", "Git", "Repositories", "TestSupport"]
        ),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["Files", "JSON", "Reports", "TestSupport", "WireWords", "XML"]
        ),
        .testTarget(name: "RuntimesTests", dependencies: ["Files", "Runtimes", "TestSupport"]),
        .testTarget(
            name: "SandboxesTests",
            dependencies: ["Builds", "ControlGroups", "Files", "Sandboxes", "TestSupport", "WireWords"]
        ),
        .testTarget(
            name: "SecretsTests",
            dependencies: ["Buildspecs", "Diagnostics", "Files", "JSON", "Secrets", "TestSupport"]
        ),
        .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "TestSupport"]),
        .testTarget(name: "TerminalsTests", dependencies: ["Files", "Processes", "Terminals", "TestSupport"]),
        .testTarget(name: "YAMLTests", dependencies: ["Diagnostics", "TestSupport", "YAML"]),
        .testTarget(name: "ZipsTests", dependencies: ["Digests", "Files", "TestSupport", "Zips"]),
    ],
    swiftLanguageModes: [.v6]
)

// `make fuzz` alone builds the driver: it needs the fuzzer of LLVM, which is not in every toolchain.
if Context.environment["NACRE_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
        .executableTarget(
            name: "nacre-fuzz",
            dependencies: ["CFuzzer", "FuzzTargets"],
            path: "Tests/Fuzz/Driver"
        ),
    ]
}

/// The features of the next language mode, on from the first commit, and pointers only where they are marked.
let settings: [SwiftSetting] =
    [
        "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility", "NonisolatedNonsendingByDefault",
        "InferIsolatedConformances", "ImmutableWeakCaptures",
    ].map { .enableUpcomingFeature($0) } + [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]

for target in package.targets where target.type != .system && !["CShims", "CTracing"].contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}

// `make sanitize` alone tells the sanitizers what to do: all programs have it in them.
if let findings {
    for target in package.targets where target.type == .executable || target.name == "TestSupport" {
        target.dependencies.append("CSanitizers")
    }
    package.targets.append(
        .target(
            name: "CSanitizers",
            path: "Tests/Sanitizers",
            publicHeadersPath: ".",
            cSettings: [.define("NACRE_FINDINGS", to: "\"\(findings)\"")]
        )
    )
}
