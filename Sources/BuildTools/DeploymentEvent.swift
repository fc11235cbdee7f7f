// SPDX-License-Identifier: Apache-2.0

internal import AppSpecs
internal import Diagnostics
internal import Files
internal import Glibc
internal import Processes

/// `codedeploy-event EVENT`: does what CodeDeploy's agent does on a machine at one lifecycle event.
///
/// The revision is the build's source; what outlives it lies in the folder of the deployment group. `codedeploy-event
/// --succeeded` ends a deployment: the revision is kept there, for the next deployment's ApplicationStop.
struct DeploymentEvent {
    private let folder: DeploymentFolder
    /// Where the revision of this deployment is.
    private let bundle: String
    private let environment: [String: String]
    private let output: ToolOutput

    static func run(_ arguments: [String], _ output: ToolOutput) throws(ToolFailure) {
        guard arguments.count == 1, let name = arguments.first else { throw .usage("name one lifecycle event") }
        let deployment = try DeploymentEvent(output)
        if name == "--succeeded" { return try deployment.folder.keep(deployment.bundle) }
        guard let event = LifecycleEvent(rawValue: name) else {
            let known = LifecycleEvent.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("there is no lifecycle event \(name); there are \(known)")
        }
        output.print("LifecycleEvent - \(name)")
        do throws(AppSpecError) {
            let note = try deployment.perform(event)
            output.print("LifecycleEvent - \(name): \(note)")
        } catch {
            throw ToolFailure("LifecycleEvent \(name) failed: \(error.message)")
        }
    }

    private init(_ output: ToolOutput) throws(ToolFailure) {
        let environment = ProcessEnvironment.current()
        guard let bundle = environment["CODEBUILD_SRC_DIR"], let id = environment["DEPLOYMENT_ID"],
            let path = environment[BuildTool.deploymentFolderVariable]
        else {
            throw .usage("this is no deployment: DEPLOYMENT_ID and \(BuildTool.deploymentFolderVariable) are not set")
        }
        self.environment = environment
        self.bundle = bundle
        self.output = output
        folder = DeploymentFolder(path: path, deployment: id)
    }

    /// - Returns: how it went, in a word or a few.
    private func perform(_ event: LifecycleEvent) throws(AppSpecError) -> String {
        switch event {
        case .applicationStop:
            guard let last = folder.lastRevision else { return "Skipped: nothing has been deployed before" }
            output.print("The revision of the last deployment is \(last)")
            do throws(AppSpecError) {
                return try run(.applicationStop, of: try appSpec(in: last), in: last)
            } catch {
                throw AppSpecError("\(error.message) (to deploy without it, remove \(last))")
            }
        case .downloadBundle:
            _ = try appSpec(in: bundle)
            return "Succeeded"
        case .install:
            let appSpec = try appSpec(in: bundle)
            do throws(FileError) { try Folder.make(folder.path) } catch { throw AppSpecError("\(error)") }
            for line in try Installer(bundle: bundle, record: folder.installedFiles).install(appSpec) {
                output.print(line)
            }
            return "Succeeded"
        case .beforeInstall, .afterInstall, .applicationStart, .validateService:
            return try run(event, of: try appSpec(in: bundle), in: bundle)
        }
    }

    private func run(_ event: LifecycleEvent, of appSpec: AppSpec, in bundle: String) throws(AppSpecError) -> String {
        let scripts = appSpec.hooks[event] ?? []
        if scripts.isEmpty { return "Succeeded (no scripts)" }
        var hook = HookScripts(event: event, bundle: bundle, environment: environment, output: output)
        for script in scripts { try hook.run(script) }
        return "Succeeded"
    }

    private func appSpec(in bundle: String) throws(AppSpecError) -> AppSpec {
        let path = "\(bundle)/\(AppSpecReader.fileName)"
        let bytes: [UInt8]
        do throws(FileError) {
            let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
            guard try file.status().st_mode & S_IFMT == S_IFREG else {
                throw FileError(code: EISDIR, function: "open", path: path)
            }
            bytes = try file.readToEnd(limit: AppSpecReader.limitBytes)
        } catch {
            guard error.code == ENOENT else { throw AppSpecError("\(path) cannot be read: \(error.reason)") }
            // The agent's own words.
            throw AppSpecError(
                "The CodeDeploy agent did not find an AppSpec file within the unpacked revision directory at "
                    + "revision-relative path \"\(AppSpecReader.fileName)\". The revision was unpacked to directory "
                    + "\"\(bundle)\", and the AppSpec file was expected but not found at path \"\(path)\"."
            )
        }
        let reading = AppSpecReader.read(bytes)
        if !reading.diagnostics.isEmpty {
            output.complain(DiagnosticRenderer(source: bytes).render(reading.diagnostics))
        }
        guard let appSpec = reading.appSpec else {
            let first = reading.diagnostics.first { $0.severity == .error }
            throw AppSpecError(first.map { "\($0.location): \($0.message)" } ?? "\(path) cannot be used")
        }
        return appSpec
    }
}
