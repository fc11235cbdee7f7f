// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files
internal import Glibc
internal import Processes
internal import WireWords

/// The part of a build in which the user's commands run: from INSTALL to UPLOAD_ARTIFACTS.
final class BuildSession {
    private unowned let supervisor: Supervisor
    private let buildspec: Buildspec
    private let shell: String
    private var environment: CommandEnvironment
    private var state: ShellState
    private var snapshot: [String: String]?

    private var log: BuildLog { supervisor.log }
    private var runner: CommandRunner { supervisor.runner }

    /// What came of a list of commands.
    private enum ListOutcome {
        case succeeded
        case failed(Build.Phase.Context)
        case stopped
        case fault(Build.Phase.Context)
    }

    init(_ supervisor: Supervisor, _ buildspec: Buildspec) throws(FileError) {
        self.supervisor = supervisor
        self.buildspec = buildspec
        let request = supervisor.request
        let directory = ShellState.directory(of: request.id, supervisor.folder)
        state = try ShellState(
            directory: directory,
            workingDirectory: request.source.directory,
            keepsState: buildspec.version != .v01
        )
        environment = CommandEnvironment(
            request,
            variables: buildspec.environment.variables.map { ($0.name, $0.value) },
            scriptDirectory: directory
        )
        let wanted = buildspec.environment.shell?.value ?? "/bin/sh"
        shell = wanted.contains("/") ? wanted : Self.find(wanted, in: environment["PATH"] ?? "") ?? "/nowhere/\(wanted)"
    }

    /// Runs a phase to its end.
    func perform(_ phase: PhaseType) throws(FileError) {
        if let name = phase.commandPhase {
            try log.agent("Entering phase \(phase.rawValue)")
            try performCommands(buildspec.phases[name])
        } else {
            try performUpload()
        }
    }

    /// Removes what the commands handed to each other.
    func close() {
        state.remove()
    }

    // MARK: - Commands

    private func performCommands(_ phase: Phase?) throws(FileError) {
        guard let phase else { return try supervisor.end(.succeeded) }
        var outcome = try run(phase.commands)
        if case .failed = outcome { try noteFailure() }
        switch outcome {
        case .succeeded, .failed:
            let last = try run(phase.finallyCommands)
            switch (outcome, last) {
            case (_, .stopped), (_, .fault), (.succeeded, .failed): outcome = last
            default: break
            }
        case .stopped, .fault: break
        }
        switch outcome {
        case .succeeded:
            try supervisor.end(.succeeded)
        case .failed(let context):
            try noteFailure()
            try supervisor.end(.failed, context, rule: rule(of: phase))
        case .stopped:
            try supervisor.end(.stopped, Build.Phase.Context(statusCode: "", message: "The build was stopped."))
        case .fault(let context):
            try supervisor.end(.fault, context)
        }
    }

    private func rule(of phase: Phase) -> PhaseMachine.FailureRule {
        switch phase.onFailure?.value {
        case .abort: .abort
        case .continue: .proceed
        default: .standard
        }
    }

    private func noteFailure() throws(FileError) {
        supervisor.machine.noteFailure()
        environment["CODEBUILD_BUILD_SUCCEEDING"] = "0"
        try state.override("CODEBUILD_BUILD_SUCCEEDING", "0")
    }

    private func run(_ commands: [Command]) throws(FileError) -> ListOutcome {
        for command in commands {
            try log.agent("Running command \(command.text)")
            let script = try state.prepare(command.text)
            let directory = try existingDirectory()
            let outcome = try runner.run(
                shell: shell,
                script: script,
                environment: environment.list(workingDirectory: directory),
                directory: directory
            )
            switch outcome {
            case .ended(let status):
                try log.raw("\n")
                try state.commandEnded()
                if !status.isSuccess { return .failed(try describeFailure(of: command, status)) }
            case .stopped:
                try log.raw("\n")
                return .stopped
            case .neverStarted(let error):
                let message = "The shell \(shell) cannot be started: \(error.reason)"
                try log.agent(message)
                return .fault(Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: message))
            }
        }
        return .succeeded
    }

    /// Where the next command starts: as in CodeBuild, the agent's own folder when the last one removed its own.
    private func existingDirectory() throws(FileError) -> String {
        let wanted = state.workingDirectory
        if Folder.isFolder(wanted) { return wanted }
        try log.raw("\(state.directory)/script.sh: 1: cd: can't cd to \(wanted)\n")
        let agents = supervisor.folder.readonly
        try Folder.make(agents)
        return agents
    }

    private func describeFailure(of command: Command, _ status: ExitStatus) throws(FileError) -> Build.Phase.Context {
        let code = status.shellCode
        try log.agent("Command did not exit successfully \(command.text) exit status \(code)")
        return Build.Phase.Context(
            statusCode: "COMMAND_EXECUTION_ERROR",
            message: "Error while executing command: \(command.text). Reason: exit status \(code)"
        )
    }

    // MARK: - After the commands

    private func performUpload() throws(FileError) {
        try freezeExportedVariables()
        if try endIfStopped() { return }
        let upload = ArtifactUpload(folder: supervisor.folder, log: log, root: supervisor.request.source.directory)
        do throws(ArtifactUpload.Failure) {
            if let primary = buildspec.artifacts, !primary.files.isEmpty {
                supervisor.build.artifacts = try upload.make(resolve(primary), identifier: nil)
            }
            for secondary in buildspec.secondaryArtifacts {
                let made = try upload.make(resolve(secondary.set), identifier: secondary.identifier)
                supervisor.build.secondaryArtifacts.append(made)
                if runner.hasStopWaiting() { break }
            }
        } catch {
            switch error {
            case .user(let message):
                return try supervisor.end(.failed, Build.Phase.Context(statusCode: "CLIENT_ERROR", message: message))
            case .system(let message):
                return try supervisor.end(.fault, Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: message))
            }
        }
        if try endIfStopped() { return }
        try supervisor.end(.succeeded)
    }

    /// Ends the phase as stopped if somebody wants the build to end.
    private func endIfStopped() throws(FileError) -> Bool {
        guard runner.hasStopWaiting() else { return false }
        try supervisor.end(.stopped, Build.Phase.Context(statusCode: "", message: "The build was stopped."))
        return true
    }

    private func freezeExportedVariables() throws(FileError) {
        for name in buildspec.environment.exportedVariables {
            // Source: the exported-variables paragraph of the buildspec reference.
            if name.value.hasPrefix("AWS_") { continue }
            guard let value = try finalEnvironment()[name.value] else {
                try log.agent("Exported variable \(name.value) is not set")
                continue
            }
            supervisor.build.exportedEnvironmentVariables.append(Build.ExportedVariable(name: name.value, value: value))
        }
    }

    /// The variables as a command after the last one would see them.
    private func finalEnvironment() throws(FileError) -> [String: String] {
        if let snapshot { return snapshot }
        var values: [String: String] = [:]
        let script = try state.prepareSnapshot()
        for entry in try read(script)?.split(separator: 0) ?? [] {
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            values[name] = String(decoding: entry[(equals + 1)...], as: UTF8.self)
        }
        snapshot = values
        return values
    }

    private func read(_ script: String) throws(FileError) -> [UInt8]? {
        let directory = supervisor.request.source.directory
        return try runner.read(
            shell: shell,
            script: script,
            environment: environment.list(workingDirectory: directory),
            directory: directory,
            through: state.readingFile
        )
    }

    /// A set of artifacts with its variables replaced and its name evaluated by the shell.
    private func resolve(_ set: ArtifactSet) throws(ArtifactUpload.Failure) -> ArtifactUpload.Request {
        do throws(FileError) {
            var base = set.baseDirectory?.value
            if let text = base, text.contains("$") { base = VariableText.expand(text, try finalEnvironment()) }
            var name: String?
            if let text = set.name?.value {
                let bytes = try read(try state.prepareEvaluation(of: text))
                name = bytes.map { String(decoding: $0, as: UTF8.self) }
            }
            return ArtifactUpload.Request(set: set, baseDirectory: base, name: name)
        } catch {
            throw .system("\(error)")
        }
    }

    private static func find(_ program: String, in path: String) -> String? {
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/\(program)"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }
}
