// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files
internal import Glibc
internal import Processes
internal import Runtimes
internal import WireWords

/// The part of a build in which the user's commands run: from INSTALL to UPLOAD_ARTIFACTS.
final class BuildSession {
    unowned let supervisor: Supervisor
    let buildspec: Buildspec
    let shell: String
    var environment: CommandEnvironment
    var state: ShellState
    /// What has become of `cache`.
    var cache = CacheHandling.idle
    /// The variables after the last command, once they have been asked for.
    var snapshot: [String: String]?
    /// Where the build failed, and what it had when its phases began.
    var failedPoint: DebugPoint?
    /// The failure after which the build is held just now.
    var heldFailure: CommandFailure?
    var phaseStarts: [(phase: PhaseType, state: ShellState.Checkpoint)] = []

    /// What the steps so far have left to later ones.
    var stepContext = StepContext()
    var users: BuildUsers
    /// Who commands run as just now; nil: who the supervisor is.
    var user: UserAccount?

    var log: BuildLog { supervisor.log }
    var runner: CommandRunner { supervisor.runner }

    /// What came of a list of commands.
    enum ListOutcome {
        case succeeded
        case failed(CommandFailure)
        case interrupted(Interruption)
        case fault(Build.Phase.Context)
    }

    init(_ supervisor: Supervisor, _ buildspec: Buildspec, _ runtimes: RuntimeChoice) throws(FileError) {
        self.supervisor = supervisor
        self.buildspec = buildspec
        let request = supervisor.request
        let directory = ShellState.directory(of: request.id, supervisor.folder)
        state = try ShellState(
            directory: directory,
            workingDirectory: request.source.directory,
            keepsState: buildspec.version != .v01
        )
        environment = runtimes.applied(
            to: CommandEnvironment(
                request,
                buildspec.environment,
                secrets: supervisor.secrets,
                scriptDirectory: directory
            )
        )
        users = BuildUsers(
            folders: [request.source.directory] + request.secondarySources.map(\.directory),
            temporary: supervisor.temporary?.path,
            programs: runtimes.selections.flatMap(\.folders) + ["/proc/self/exe"]
        )
        let wanted = buildspec.environment.shell?.value ?? "/bin/sh"
        shell = wanted.contains("/") ? wanted : Self.find(wanted, in: environment["PATH"] ?? "") ?? wanted
        try installTools()
        if let start = request.start { try state.restore(start.place) }
        if request.isDebug { try startDebugging() }
    }

    /// Why no command can run at all; nil when the shell is there.
    var missingShell: Build.Phase.Context? {
        guard unsafe access(shell, X_OK) != 0 else { return nil }
        let place = buildspec.environment.shell.map { "\($0.location.file):\($0.location.line): " } ?? ""
        let message =
            errno == EACCES
            ? "the shell \(shell) may not be executed here: look at its mode, and whether its file system is mounted "
                + "`noexec`; or name another in `env.shell`"
            : "there is no shell \(shell) here: install it, or name another in `env.shell`"
        return Build.Phase.Context(statusCode: "CLIENT_ERROR", message: place + message)
    }

    /// Runs a phase to its end.
    func perform(_ phase: PhaseType) throws(FileError) {
        if let name = phase.commandPhase {
            try notePhaseStart(phase)
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
        if let refusal = try enter(phase) {
            try noteFailure()
            return try supervisor.end(.failed, refusal, rule: rule(of: phase))
        }
        var outcome = phase.steps.isEmpty ? try run(phase.commands) : try run(phase.steps)
        if case .failed = outcome { try noteFailure() }
        switch outcome {
        case .succeeded, .failed:
            let last = try run(phase.finallyCommands)
            switch (outcome, last) {
            case (_, .interrupted), (_, .fault), (.succeeded, .failed): outcome = last
            default: break
            }
        case .interrupted, .fault: break
        }
        switch outcome {
        case .succeeded:
            try supervisor.end(.succeeded)
        case .failed(let failure):
            try noteFailure()
            try supervisor.end(.failed, failure.context, rule: try rule(of: phase, failure))
        case .interrupted(let interruption):
            try supervisor.end(interruption)
        case .fault(let context):
            try supervisor.end(.fault, context)
        }
    }

    /// For a phase whose commands could not begin: there is no error of theirs that another try would change.
    private func rule(of phase: Phase) -> PhaseMachine.FailureRule {
        switch phase.onFailure?.value {
        case .abort: .abort
        case .continue: .proceed
        case .retry, nil: .standard
        }
    }

    private func rule(of phase: Phase, _ failure: CommandFailure) throws(FileError) -> PhaseMachine.FailureRule {
        switch phase.onFailure?.value {
        case .abort: return .abort
        case .continue: return .proceed
        case .retry(let limit, let pattern):
            let attempt = supervisor.request.attempt
            if let pattern {
                let outcome = try failure.matches(pattern)
                let why =
                    outcome == .notFound
                    ? "the error does not match \(pattern)" : "it takes too long to look for \(pattern)"
                if outcome != .found {
                    try log.agent("Not tried again: \(why)")
                    return .standard
                }
            }
            guard attempt.number < limit else {
                supervisor.build.noteRetryLimit(limit)
                try log.agent("Not tried again: \(limit == 1 ? "the 1 retry is" : "all \(limit) retries are") used up")
                return .standard
            }
            supervisor.build.requestRetry(limit: limit)
            try log.agent("The build is to be tried again: retry \(attempt.number + 1) of \(limit)")
            return .abort
        case nil: return .standard
        }
    }

    func noteFailure() throws(FileError) {
        supervisor.machine.noteFailure()
        environment["CODEBUILD_BUILD_SUCCEEDING"] = "0"
        try state.override("CODEBUILD_BUILD_SUCCEEDING", "0")
    }

    private func run(_ commands: [Command]) throws(FileError) -> ListOutcome {
        for command in commands {
            try log.agent("Running command \(command.text)")
            let script = try state.prepare(command.text)
            let outcome = try execute(command.text, script: script, in: try existingDirectory(), savesState: true)
            guard case .succeeded = outcome else { return outcome }
        }
        return .succeeded
    }

    /// Runs one script.
    ///
    /// * `text`: what the user wrote, for messages.
    /// * `savesState`: whether the script leaves its variables and folder for the next one.
    /// * `isForgiven`: whether the build goes on as if nothing were when it fails.
    func execute(
        _ text: String,
        script: String,
        in directory: String,
        savesState: Bool = false,
        isForgiven: Bool = false
    ) throws(FileError) -> ListOutcome {
        let start = log.position
        switch try launch(script, in: directory) {
        case .ended(let status):
            let end = log.position
            try log.endOutput()
            if savesState, try !state.commandEnded() {
                try log.agent("Warning: the command's shell ended while it saved its variables: they are as before it")
            }
            if status.isSuccess { return .succeeded }
            let failure = CommandFailure(
                command: text,
                status: status,
                log: supervisor.folder.log,
                output: start..<end,
                lastOutput: log.isFull ? log.last(CommandFailure.searchedBytes) : nil,
                note: runner.limits.explanation(exitCode: status.shellCode)
            )
            try log.agent(failure.logLine)
            if let explanation = failure.explanation {
                try log.agent(explanation)
                // What fails after the first failure is not why the build failed.
                if supervisor.machine.isSucceeding, !isForgiven { supervisor.build.statusReason = explanation }
            }
            if !isForgiven, let interruption = try commandFailed(failure) { return .interrupted(interruption) }
            return .failed(failure)
        case .interrupted(let interruption):
            try log.raw("\n")
            return .interrupted(interruption)
        case .neverStarted(let error):
            let message = "The shell \(shell) cannot be started: \(error.reason)"
            try log.agent(message)
            return .fault(Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: message))
        }
    }

    private func launch(_ script: String, in directory: String) throws(FileError) -> CommandRunner.Outcome {
        let outcome = try runner.run(
            shell: shell,
            script: script,
            environment: environment.list(workingDirectory: directory),
            directory: directory,
            user: user?.credentials
        )
        // The last user may have gone where this one cannot.
        guard user != nil, case .neverStarted(let error) = outcome, error.code == EACCES else { return outcome }
        let agents = try agentsDirectory(insteadOf: directory)
        return try runner.run(
            shell: shell,
            script: script,
            environment: environment.list(workingDirectory: agents),
            directory: agents,
            user: user?.credentials
        )
    }

    /// Where the next command starts: as in CodeBuild, the agent's own folder when the last one removed its own.
    private func existingDirectory() throws(FileError) -> String {
        let wanted = state.workingDirectory
        return Folder.isFolder(wanted) ? wanted : try agentsDirectory(insteadOf: wanted)
    }

    private func agentsDirectory(insteadOf wanted: String) throws(FileError) -> String {
        try log.raw("\(state.directory)/script.sh: 1: cd: can't cd to \(wanted)\n")
        let agents = supervisor.folder.readonly
        try Folder.make(agents)
        return agents
    }

    static func find(_ program: String, in path: String) -> String? {
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/\(program)"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }
}
