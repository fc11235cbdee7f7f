// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// How the bundle of a version is run.
struct LaunchPlan {
    /// A program to start.
    struct Command {
        /// For the log.
        let name: String
        /// Absolute path.
        let executable: String
        /// Its own name first.
        let arguments: [String]
        let variables: [String: String]
    }

    /// What it is made from.
    struct Request {
        let bundle: String
        let settings: EnvironmentSettings
        let version: String
        let port: UInt16
        /// Given to every process, to tell them from those of other instances.
        let marks: [String: String]
    }

    /// Run to their ends before the processes are started, one after the other.
    var preparation: [Command] = []
    /// Run side by side; the first one serves.
    var processes: [Command] = []
    /// Run at the end; must do no harm where there is nothing to clean up.
    var cleanUp: Command?
    /// The container that it makes.
    var container: String?
    /// What the bundle has and is not carried out.
    var warnings: [String] = []

    /// Looks at a bundle.
    ///
    /// As on Elastic Beanstalk's platforms: a `Procfile` decides, else `application.py` is served by WSGI, else the
    /// `Dockerfile` is built and run; it goes first where the platform is Docker's.
    /// - Throws: `LaunchProblem` where it cannot be run here.
    init(_ request: Request) throws(LaunchProblem) {
        var variables = ApplicationEnvironment.base()
        variables["PYTHONUNBUFFERED"] = "1"
        variables.merge(request.settings.variables) { $1 }
        variables.merge(request.marks) { $1 }
        let has = { (name: String) in Folder.exists("\(request.bundle)/\(name)") }
        let hasContainer = has("Dockerfile") || has("docker-compose.yml") || has("Dockerrun.aws.json")
        let prefersContainer = request.settings.platform?.contains("Docker") ?? false
        let hasProgram = has("Procfile") || has("application.py")
        let tool = ContainerPlan.tool()
        if hasContainer, !hasProgram || (prefersContainer && tool != nil) {
            self = try ContainerPlan(request, tool: tool).plan()
        } else if has("Procfile") {
            try addProcfile(request, variables)
        } else if has("application.py") {
            try addPython(request, variables)
        } else {
            throw Self.nothing(in: request.bundle)
        }
        for name in [".ebextensions", ".platform"] where has(name) {
            warnings.append("\(name) is not carried out on this machine")
        }
    }

    init() {}

    private mutating func addProcfile(
        _ request: Request,
        _ variables: [String: String]
    ) throws(LaunchProblem) {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try AtomicFile.read("\(request.bundle)/Procfile", limit: 1 << 20) } catch {
            throw LaunchProblem("the Procfile cannot be read: \(error.reason)")
        }
        for entry in try Procfile(String(decoding: bytes, as: UTF8.self)).entries {
            var own = variables
            own["PORT"] = entry.name == "web" ? String(request.port) : nil
            processes.append(
                Command(
                    name: entry.name,
                    executable: "/bin/sh",
                    arguments: ["sh", "-c", entry.command],
                    variables: own
                )
            )
        }
    }

    private mutating func addPython(_ request: Request, _ variables: [String: String]) throws(LaunchProblem) {
        guard let python = ApplicationEnvironment.find("python3", in: variables["PATH"] ?? "") else {
            throw LaunchProblem("application.py needs python3, which is not in the PATH of this machine")
        }
        var own = variables
        own["PORT"] = String(request.port)
        processes = [
            Command(
                name: "web",
                executable: python,
                arguments: ["python3", "-c", PythonServer.program],
                variables: own
            )
        ]
    }

    private static func nothing(in bundle: String) -> LaunchProblem {
        let names = ((try? DirectoryListing.names(of: bundle)) ?? []).sorted()
        var text = "the bundle has neither Procfile, application.py nor Dockerfile in its root"
        if names.isEmpty { return LaunchProblem(text + "; it is empty") }
        text += "; it has " + names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
        if names.count == 1, let name = names.first, Folder.isFolder("\(bundle)/\(name)") {
            text += "; zip what is in that folder, not the folder"
        }
        return LaunchProblem(text)
    }
}
