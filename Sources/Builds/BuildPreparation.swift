// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files
internal import Glibc
internal import Masks

/// DOWNLOAD_SOURCE as far as it is the supervisor's: the sources are there, the buildspec is found, read and checked.
enum BuildPreparation {
    /// The buildspec can be run.
    case ready(Buildspec, RuntimeChoice)
    /// It cannot, and this is why.
    case refused(Build.Phase.Context)

    /// The largest buildspec that is read; every real one is far smaller.
    private static let limitBytes = 16 << 20

    static func prepare(_ supervisor: Supervisor) throws(FileError) -> BuildPreparation {
        let request = supervisor.request
        let log = supervisor.log
        try log.agent("Running on Nacre")
        try log.agent("Waiting for DOWNLOAD_SOURCE")
        try log.agent("Phase is DOWNLOAD_SOURCE")
        for source in [request.source] + request.secondarySources {
            let suffix = source.identifier.map { "_\($0)" } ?? ""
            try log.agent("CODEBUILD_SRC_DIR\(suffix)=\(source.directory)")
        }
        let (path, shown) = try placeBuildspec(supervisor)
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readFile(path)
        } catch {
            return .refused(missing(path, isDefault: shown == "buildspec.yml", error))
        }
        try log.agent("YAML location is \(path)")
        let reading = BuildspecReader.read(bytes, file: shown)
        var problems = reading.diagnostics
        if let buildspec = reading.buildspec {
            problems += buildspec.refusals() + BuildUsers.problems(of: buildspec)
        }
        try show(problems, of: bytes, in: log)
        guard let buildspec = reading.buildspec, !problems.contains(where: { $0.severity == .error }) else {
            let first = problems.first { $0.severity == .error }
            return .refused(context(of: first))
        }
        try log.agent("Processing environment variables")
        let missing = SecretCheck.problems(of: buildspec.environment, in: request, supervisor.secrets)
        if let first = missing.first {
            try show(missing.map(\.diagnostic), of: bytes, in: log)
            return .refused(Build.Phase.Context(statusCode: first.statusCode, message: first.text))
        }
        if !supervisor.secrets.entries.isEmpty { try hideSecrets(supervisor.secrets, in: log) }
        let (runtimes, refusals) = try chooseRuntimes(buildspec, supervisor)
        if let first = refusals.first {
            try show(refusals.map(\.diagnostic), of: bytes, in: log)
            return .refused(Build.Phase.Context(statusCode: "YAML_FILE_ERROR", message: first.message))
        }
        if buildspec.environment.gitCredentialHelper?.value == true {
            try log.agent("git-credential-helper: git in this build uses the credentials that the machine has")
        }
        try tell(of: buildspec, supervisor)
        return .ready(buildspec, runtimes)
    }

    /// - Returns: where the buildspec is, and what it is called.
    private static func placeBuildspec(_ supervisor: Supervisor) throws(FileError) -> (path: String, shown: String) {
        let request = supervisor.request
        switch request.buildspec {
        case .file(let name): return (name.hasPrefix("/") ? name : "\(request.source.directory)/\(name)", name)
        case .inline(let text):
            // CodeBuild's own place for it is /codebuild/readonly/buildspec.yml.
            let path = "\(supervisor.folder.readonly)/buildspec.yml"
            try Folder.make(supervisor.folder.readonly)
            try AtomicFile.write(Array(text.utf8), to: path)
            return (path, "buildspec.yml")
        }
    }

    /// Says what is going to run.
    private static func tell(of buildspec: Buildspec, _ supervisor: Supervisor) throws(FileError) {
        let log = supervisor.log
        try log.agent("Moving to directory \(supervisor.request.source.directory)")
        if buildspec.cache == nil {
            try log.agent("Cache is not defined in the buildspec")
            try log.agent("Skip cache due to: no paths specified to be cached")
        }
        try log.agent("Registering with agent")
        let written = PhaseName.allCases.filter { buildspec.phases[$0] != nil }
        try log.agent("Phases found in YAML: \(written.count)")
        for name in written {
            let phase = buildspec.phases[name]
            let steps = phase?.steps.count ?? 0
            let count = steps > 0 ? "\(steps) steps" : "\(phase?.commands.count ?? 0) commands"
            try log.agent(" \(name.rawValue.uppercased()): \(count)")
        }
    }

    private static func chooseRuntimes(
        _ buildspec: Buildspec,
        _ supervisor: Supervisor
    ) throws(FileError) -> (RuntimeChoice, [RuntimeChoice.Refusal]) {
        let request = supervisor.request
        let isImage = if case .image = request.isolation { true } else { false }
        return try RuntimeChoice.make(
            buildspec,
            CommandEnvironment(request, buildspec.environment, secrets: supervisor.secrets, scriptDirectory: ""),
            links: supervisor.folder.runtimes,
            isOptional: isImage,
            log: supervisor.log
        )
    }

    /// From here on the log has `***` in the place of the values.
    private static func hideSecrets(_ secrets: SecretValues, in log: BuildLog) throws(FileError) {
        try log.agent("Decrypting parameter store environment variables")
        let values = secrets.entries.compactMap { entry in
            entry.value.map { NamedSecret(name: entry.variable, value: $0) }
        }
        let mask = SecretMask(hiding: values)
        log.mask = mask
        for refused in mask.refused { try log.agent("Warning: \(refused)") }
    }

    /// Reads a file, and only that: a pipe in its place would keep the build waiting for ever.
    private static func readFile(_ path: String) throws(FileError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw FileError(code: EISDIR, function: "open", path: path)
        }
        return try file.readToEnd(limit: limitBytes)
    }

    private static func missing(_ path: String, isDefault: Bool, _ error: FileError) -> Build.Phase.Context {
        let message = isDefault ? "YAML file does not exist" : "stat \(path): \(error.reason.lowercased())"
        return Build.Phase.Context(statusCode: "YAML_FILE_ERROR", message: message)
    }

    /// CodeBuild's own words where it has any, since people search for these; ours and the place otherwise.
    private static func context(of problem: Diagnostic?) -> Build.Phase.Context {
        guard let problem else { return Build.Phase.Context(statusCode: "YAML_FILE_ERROR", message: "empty buildspec") }
        let place = "\(problem.location.file):\(problem.location.line):\(problem.location.column)"
        let message = problem.wireMessage ?? "\(place): \(problem.message)"
        return Build.Phase.Context(statusCode: "YAML_FILE_ERROR", message: message)
    }

    private static func show(_ problems: [Diagnostic], of bytes: [UInt8], in log: BuildLog) throws(FileError) {
        if problems.isEmpty { return }
        try log.raw(DiagnosticRenderer(source: bytes).render(problems))
    }
}
