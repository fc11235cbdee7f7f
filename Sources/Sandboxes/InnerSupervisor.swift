// SPDX-License-Identifier: Apache-2.0

package import Builds
internal import Files
internal import Glibc
internal import Processes
internal import WireWords

/// What differs for a supervisor that an outer one has started.
package enum InnerSupervisor {
    /// Runs the build, as seen from inside its surroundings.
    /// - Throws: `BuildError` as `Supervisor.run`.
    package static func run(
        in folder: BuildFolder,
        with secrets: SecretValues,
        hearing signals: CommandSignals
    ) throws(BuildError) {
        // The outer one may be killed; then nobody answers for this process any more.
        SignalQueue.dieWithParent(SIGKILL)
        var request = try Supervisor.request(of: folder)
        switch request.isolation {
        case .none: break
        case .sandbox:
            request.machineEnvironment = sandboxed(request.machineEnvironment, home: "\(folder.path)/home")
        case .image(let image, _):
            if unsafe access("/bin/sh", X_OK) != 0 {
                let context = Build.Phase.Context(
                    statusCode: SandboxError.Code.unavailable.rawValue,
                    message: "the image \(image) has no /bin/sh, and so can run no commands"
                )
                return try UnstartedBuild.record(.failed, context, of: request, in: folder)
            }
            request.machineEnvironment = imaged(ProcessEnvironment.current())
        }
        if request.isPrivileged { offerDocker(to: &request, in: folder) }
        if let home = request.machineEnvironment["HOME"], request.isolation != .none { try? Folder.make(home) }
        try Supervisor.run(request, in: folder, with: secrets, hearing: signals)
    }

    /// Where toolchain managers look for themselves when nothing else is said, beneath the home.
    private static let managers = [
        "NVM_DIR": ".nvm", "PYENV_ROOT": ".pyenv", "RBENV_ROOT": ".rbenv", "RUSTUP_HOME": ".rustup",
        "SDKMAN_DIR": ".sdkman",
    ]

    /// The machine's variables with a home of the build's own.
    static func sandboxed(
        _ machine: [String: String],
        home: String,
        exists: (String) -> Bool = Folder.exists
    ) -> [String: String] {
        var result = machine
        result["HOME"] = home
        // It may name a folder that is not there.
        result["TMPDIR"] = nil
        for (name, path) in managers {
            guard let old = machine["HOME"], machine[name] == nil, exists("\(old)/\(path)") else { continue }
            result[name] = "\(old)/\(path)"
        }
        return result
    }

    /// The image's variables without podman's own.
    static func imaged(_ own: [String: String]) -> [String: String] {
        var result = own
        for name in ["container", "TERM", "HOSTNAME"] { result[name] = nil }
        // CodeBuild's images have the same; podman says `/` where the image has no user database.
        if result["HOME"] == nil || result["HOME"] == "/" { result["HOME"] = "/root" }
        if result["PATH"]?.isEmpty ?? true {
            result["PATH"] = ProcessEnvironment.standardPath
        }
        return result
    }

    private static func offerDocker(to request: inout BuildRequest, in folder: BuildFolder) {
        request.machineEnvironment["DOCKER_HOST"] = "unix://\(DockerService.socket(in: folder))"
        let path = request.machineEnvironment["PATH"] ?? ""
        if has("docker", in: path) { return }
        if has("podman", in: path) {
            let tools = "\(folder.path)/tools"
            let script = "#!/bin/sh\nexec podman --remote --url \"$DOCKER_HOST\" \"$@\"\n"
            let isMade: Bool? = try? {
                try Folder.make(tools)
                try AtomicFile.write(Array(script.utf8), to: "\(tools)/docker", mode: 0o755)
                return true
            }()
            if isMade == true {
                request.machineEnvironment["PATH"] = "\(path):\(tools)"
                return UnstartedBuild.note("There is no docker client here; `docker` is podman", in: folder)
            }
        }
        UnstartedBuild.note(
            "There is no docker client here: commands that call `docker` will not find it; its service is at $DOCKER_HOST",
            in: folder
        )
    }

    private static func has(_ program: String, in path: String) -> Bool {
        path.split(separator: ":").contains { unsafe access("\($0)/\(program)", X_OK) == 0 }
    }
}
