// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Buildspecs
internal import Control
package import Diagnostics
internal import Files
internal import WireWords
internal import Zips

/// Says what a build would do, and does nothing.
extension LocalBuild {
    /// What reading the buildspec gave.
    package struct Reading: Sendable {
        /// Nil when the buildspec has an error.
        package let explanation: BuildExplanation?
        package let problems: [Diagnostic]
        /// The text that the problems are in.
        package let source: [UInt8]
    }

    /// Reads the buildspec of the working tree as it is.
    ///
    /// - Throws: `FileError` when there is none, `GitError` and the like when the working tree cannot be read.
    package func explain() throws -> Reading {
        var options = options
        options.isInPlace = true
        let local = LocalBuild(options, home: home, launcher: launcher, tell: { _ in })
        let bytes: [UInt8]
        let name: String
        switch local.buildspecSource() {
        case .inline(let text):
            bytes = Array(text.utf8)
            name = "buildspec"
        case .file(let path):
            name = path
            bytes = try AtomicFile.read(path.hasPrefix("/") ? path : "\(options.directory)/\(path)", limit: 16 << 20)
        }
        let reading = BuildspecReader.read(bytes, file: name)
        guard let buildspec = reading.buildspec else {
            return Reading(explanation: nil, problems: reading.diagnostics, source: bytes)
        }
        let id = BuildID.make(project: Self.projectName(of: options.directory))
        let folder = BuildFolder(path: "\(home.localBuilds)/\(id.uuid)")
        let request = try local.prepare(id, number: 0, BuildRequest.Attempt(), nil, in: folder)
        return Reading(
            explanation: Self.explain(buildspec, named: name, request, options),
            problems: reading.diagnostics,
            source: bytes
        )
    }

    private static func explain(
        _ buildspec: Buildspec,
        named name: String,
        _ request: BuildRequest,
        _ options: LocalBuildOptions
    ) -> BuildExplanation {
        let variables = ExplainedVariable.all(request, buildspec.environment)
        let values = Dictionary(uniqueKeysWithValues: variables.map { ($0.variable.name, $0.variable.value ?? "") })
        let written = PhaseName.allCases.compactMap { name in buildspec.phases[name].map { (name, $0) } }
        var sets: [(identifier: String?, set: ArtifactSet)] = []
        if let primary = buildspec.artifacts { sets.append((nil, primary)) }
        sets += buildspec.secondaryArtifacts.map { ($0.identifier, $0.set) }
        var sources = ["CODEBUILD_SRC_DIR": request.source.directory]
        for source in request.secondarySources {
            sources["CODEBUILD_SRC_DIR_\(source.identifier ?? "")"] = source.directory
        }
        return BuildExplanation(
            buildspec: name,
            version: buildspec.version.rawValue,
            shell: buildspec.environment.shell?.value ?? "/bin/sh",
            place: place(request),
            timeoutInMinutes: (request.timeoutSeconds + 59) / 60,
            sources: sources,
            variables: variables.map { pair in
                BuildExplanation.Variable(
                    name: pair.variable.name,
                    value: pair.variable.value,
                    origin: origin(pair.variable, options),
                    replaces: pair.replaced.isEmpty ? nil : pair.replaced.map { origin($0, options) }
                )
            },
            runtimes: written.flatMap { $0.1.runtimeVersions }.map {
                BuildExplanation.Runtime(name: $0.name, version: $0.version)
            },
            cache: buildspec.cache.map { cache in
                BuildExplanation.Cache(
                    key: cache.key?.value,
                    fallbackKeys: cache.fallbackKeys.map(\.value),
                    paths: cache.paths.map(\.value),
                    action: cache.action?.rawValue
                )
            },
            phases: written.map { name, phase in explain(phase, name, in: buildspec) },
            exportedVariables: buildspec.environment.exportedVariables.map(\.value),
            artifacts: sets.map { explain($0.set, $0.identifier, values, root: options.directory) },
            reports: buildspec.reports.map { group in
                BuildExplanation.Report(
                    name: group.name,
                    format: group.format.rawValue,
                    files: group.files.map(\.value),
                    baseDirectory: group.baseDirectory?.value
                )
            }
        )
    }

    private static func place(_ request: BuildRequest) -> String {
        switch request.isolation {
        case .none: "this machine"
        case .sandbox(let hasNetwork): "a sandbox\(hasNetwork ? "" : " without network")"
        case .image(let name, let hasNetwork): "image \(name)\(hasNetwork ? "" : " without network")"
        }
    }

    private static func origin(_ variable: ExplainedVariable, _ options: LocalBuildOptions) -> String {
        func place(_ location: SourceLocation) -> String { "\(location.file):\(location.line)" }
        return switch variable.origin {
        case .machine: "machine"
        case .agent: "nacre"
        case .buildspec(let location): place(location)
        case .parameter(let name, let location): "\(place(location)), parameter \(name)"
        case .secret(let name, let location): "\(place(location)), secret \(name)"
        case .override: options.variableOrigins[variable.name] ?? "-e"
        }
    }

    private static func explain(_ phase: Phase, _ name: PhaseName, in buildspec: Buildspec) -> BuildExplanation.Phase {
        let steps = phase.steps.compactMap { step in
            step.run.map { Command(text: $0.value, location: $0.location) }
        }
        return BuildExplanation.Phase(
            name: name.rawValue,
            runAs: phase.runAs?.value ?? buildspec.runAs?.value,
            onFailure: phase.onFailure.map { "\($0.value)" },
            commands: (phase.commands + steps).map(explain),
            finally: phase.finallyCommands.map(explain)
        )
    }

    private static func explain(_ command: Command) -> BuildExplanation.Command {
        BuildExplanation.Command(text: command.text, file: command.location.file, line: command.location.line)
    }

    private static func explain(
        _ set: ArtifactSet,
        _ identifier: String?,
        _ values: [String: String],
        root: String
    ) -> BuildExplanation.Artifacts {
        let base = set.baseDirectory.map { VariableText.expand($0.value, values) }
        var artifacts = BuildExplanation.Artifacts(
            identifier: identifier,
            files: set.files.map(\.value),
            baseDirectory: base,
            excludePaths: set.excludePaths.map(\.value),
            name: set.name?.value,
            matches: [],
            problem: nil
        )
        let rules = ArtifactRules(
            files: artifacts.files,
            baseDirectory: base,
            excludePaths: artifacts.excludePaths,
            discardsPaths: set.discardPaths,
            keepsSymlinks: set.enableSymlinks
        )
        switch ArtifactSelection(rules, root: root).entries {
        case .success(let entries): artifacts.matches = entries.map(\.path)
        case .failure(let error): artifacts.problem = error.message
        }
        return artifacts
    }
}
