// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// How a bundle with a `Dockerfile` is built and run, by podman or docker.
struct ContainerPlan {
    private let request: LaunchPlan.Request
    private let tool: String

    /// Absolute path of podman or docker; nil where neither is there.
    static func tool() -> String? {
        let path = ApplicationEnvironment.base()["PATH"] ?? ""
        return ApplicationEnvironment.find("podman", in: path) ?? ApplicationEnvironment.find("docker", in: path)
    }

    /// - Throws: `LaunchProblem` without a tool or a `Dockerfile`.
    init(_ request: LaunchPlan.Request, tool: String?) throws(LaunchProblem) {
        guard Folder.exists("\(request.bundle)/Dockerfile") else {
            throw LaunchProblem(
                "the bundle names images (docker-compose.yml or Dockerrun.aws.json) but has no Dockerfile, "
                    + "Procfile or application.py; of containers, only a Dockerfile is run here"
            )
        }
        guard let tool else {
            throw LaunchProblem("the bundle's Dockerfile needs podman, which is not installed (package podman)")
        }
        self.request = request
        self.tool = tool
    }

    func plan() throws(LaunchProblem) -> LaunchPlan {
        let image = "localhost/nacre-environment/\(request.settings.id):\(request.version)"
        let container = Self.container(request.settings, request.port)
        let inner = try innerPort()
        var publish = ["--publish", "127.0.0.1:\(request.port):\(inner)"]
        var variables = request.settings.variables
        variables["PORT"] = String(inner)
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) { publish += ["--env", "\(name)=\(value)"] }
        var plan = LaunchPlan()
        plan.preparation = [
            command("build", ["build", "--tag", image, "."]),
            // What an instance that was killed has left under this name.
            command("build", ["rm", "--force", "--volumes", container], canFail: true),
        ]
        plan.processes = [command("web", ["run", "--rm", "--name", container] + publish + [image])]
        plan.container = container
        plan.cleanUp = command("web", ["rm", "--force", "--volumes", container], canFail: true)
        if Folder.exists("\(request.bundle)/docker-compose.yml") {
            plan.warnings.append("docker-compose.yml is not carried out; its Dockerfile is run, on port \(inner)")
        }
        return plan
    }

    /// Removes containers that an earlier process of the environment has left.
    static func remove(_ containers: [String]) {
        guard !containers.isEmpty, let tool = tool(), let null = try? Descriptor.open("/dev/null", O_RDWR) else {
            return
        }
        let child = try? ChildProcess.spawn(
            ChildProcess.Request(
                executable: tool,
                arguments: [Paths.name(tool), "rm", "--force", "--volumes"] + containers,
                environment: ApplicationEnvironment.texts(ApplicationEnvironment.forTools()),
                directory: "/",
                standard: (null.number, null.number, null.number)
            )
        )
        if let child { _ = try? child.wait() }
    }

    /// What the container of an instance is called.
    private static func container(_ settings: EnvironmentSettings, _ port: UInt16) -> String {
        "nacre-\(settings.id)-\(port)"
    }

    private func command(_ name: String, _ arguments: [String], canFail: Bool = false) -> LaunchPlan.Command {
        let own = Paths.name(tool)
        var variables = ApplicationEnvironment.forTools()
        variables.merge(request.marks) { $1 }
        // A shell only where the outcome does not matter; the words are handed over as they are.
        if canFail {
            return LaunchPlan.Command(
                name: name,
                executable: "/bin/sh",
                arguments: ["sh", "-c", "\"$@\" >/dev/null 2>&1; exit 0", "sh", tool] + arguments,
                variables: variables
            )
        }
        return LaunchPlan.Command(name: name, executable: tool, arguments: [own] + arguments, variables: variables)
    }

    /// The port in the container: the first that the `Dockerfile` exposes, as on Elastic Beanstalk's Docker platform.
    private func innerPort() throws(LaunchProblem) -> Int {
        let bytes = (try? AtomicFile.read("\(request.bundle)/Dockerfile", limit: 1 << 20)) ?? []
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.first?.uppercased() == "EXPOSE", words.count > 1 else { continue }
            if let port = Int(words[1].prefix { $0 != "/" }), (1...65535).contains(port) { return port }
            throw LaunchProblem("the Dockerfile's EXPOSE \(words[1]) is no port number")
        }
        throw LaunchProblem("the Dockerfile exposes no port; add EXPOSE with the port that the application listens on")
    }
}
