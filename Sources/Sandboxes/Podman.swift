// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Files
internal import Processes

/// How podman is called, and what its words mean.
struct Podman: Sendable {
    /// Absolute path of `podman`.
    let executable: String
    let tools: Tools
    /// `NAME=value` texts that podman itself runs with.
    let environment: [String]

    /// Where the supervisor lies in every container.
    static let supervisor = "/nacre/nacre-supervisor"

    /// The variable by which a podman of a killed supervisor is found.
    static let mark = "NACRE_BUILD_UUID"

    /// The name of a build's container.
    static func containerName(_ uuid: String) -> String { "nacre-\(uuid)" }

    /// * `scratch`: a folder outside of the build's reach, for the configuration; its files are written here.
    init(tools: Tools, option: String, buildUUID: String, scratch: String) throws(SandboxError) {
        self.tools = tools
        executable = try tools.require("podman", package: "podman runc", for: option)
        var variables = OuterEnvironment.passed()
        variables["PATH"] = tools.path
        variables[Self.mark] = buildUUID
        do throws(FileError) {
            // Somebody who has a configuration of his own for podman means it.
            if variables["CONTAINERS_CONF"] == nil {
                let path = "\(scratch)/containers.conf"
                let settings = PodmanSettings.current(buildUUID: buildUUID, tools)
                try AtomicFile.write(Array(settings.text.utf8), to: path)
                variables["CONTAINERS_CONF"] = path
            }
            if variables["CONTAINERS_REGISTRIES_CONF"] == nil {
                let path = "\(scratch)/registries.conf"
                try AtomicFile.write(Array(PodmanSettings.registries.utf8), to: path)
                variables["CONTAINERS_REGISTRIES_CONF"] = path
            }
        } catch {
            throw SandboxError(.unavailable, "podman's configuration cannot be written: \(error)")
        }
        environment = variables.map { "\($0.key)=\($0.value)" }
    }

    /// `podman run` of a supervisor in an image, without podman's own name.
    static func runArguments(
        image: String,
        hasNetwork: Bool,
        _ surroundings: Surroundings,
        limits: BuildRequest.Limits,
        uuid: String
    ) throws(SandboxError) -> [String] {
        var words = [
            "run", "--rm", "--interactive", "--pull=never", "--log-driver=none", "--name", containerName(uuid),
            "--entrypoint", supervisor, "--user", "0:0", "--workdir", "/", "--shm-size=0",
            "--security-opt", "label=disable", "--network", hasNetwork ? "host" : "none",
        ]
        if let bytes = limits.memoryBytes { words += ["--memory", "\(bytes)b", "--memory-swap", "\(bytes)b"] }
        if let cpus = limits.cpus { words += ["--cpus", "\(cpus)"] }
        // podman's default of 2048 is no wish of anybody here.
        words += ["--pids-limit", limits.processes.map { "\($0)" } ?? "-1"]
        words += ["--mount", try mount(surroundings.executable, at: supervisor, isReadOnly: true)]
        for path in [surroundings.folder] + surroundings.writable { words += ["--mount", try mount(path, at: path)] }
        for path in surroundings.kept + surroundings.readable {
            words += ["--mount", try mount(path, at: path, isReadOnly: true)]
        }
        return words + [image, "--inside", surroundings.folder]
    }

    private static func mount(
        _ source: String,
        at target: String,
        isReadOnly: Bool = false
    ) throws(SandboxError) -> String {
        if source.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" }) {
            throw SandboxError(.badRequest, "podman cannot mount a path with a comma or a quote: \(source)")
        }
        return "type=bind,source=\(source),target=\(target)" + (isReadOnly ? ",readonly" : "")
    }

    /// Refuses names that can be seen to lead nowhere.
    static func check(image: String) throws(SandboxError) {
        if image.isEmpty || image.hasPrefix("-") || image.contains(where: { $0.isWhitespace }) {
            throw SandboxError(.badRequest, "'\(image)' is no name of an image")
        }
        if image.hasPrefix("aws/codebuild/") {
            throw SandboxError(
                .imageNotPulled,
                "\(image) is one of CodeBuild's own images, which only CodeBuild can pull; AWS publishes these: "
                    + "public.ecr.aws/codebuild/amazonlinux-x86_64-standard:5.0"
            )
        }
    }

    /// Whether podman says that it does not have the image.
    static func saysImageIsMissing(_ errors: String) -> Bool {
        errors.contains("image not known") || errors.contains("no such image")
            || errors.contains("does not exist in local")
    }

    /// The sentence of podman that says why; its warnings say it in pieces.
    static func reason(_ errors: String) -> String {
        let lines = errors.split(separator: "\n").filter { !$0.isEmpty }
        let line = lines.last { $0.hasPrefix("Error: ") } ?? lines.last ?? "podman gave no reason"
        return String(line.hasPrefix("Error: ") ? line.dropFirst(7) : line[...])
    }

    /// Runs podman to its end, quietly.
    /// - Returns: whether it succeeded.
    @discardableResult
    func run(_ arguments: [String]) -> (isSuccess: Bool, output: String, errors: String) {
        QuietProgram.run(executable, ["podman"] + arguments, environment: environment)
    }
}
