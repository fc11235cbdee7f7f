// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import DebugShells
internal import Diagnostics
internal import Files
internal import JSON
internal import Masks
internal import Processes
internal import WireWords

/// What a build does for those who look for the reason of its failure.
extension BuildSession {
    /// Tells the build's commands where to wait for a person.
    private static let socketVariable = DebugTool.socketVariable

    private var request: BuildRequest { supervisor.request }
    private var name: String { "\(request.id.project)#\(request.number)" }

    // MARK: - While it runs

    /// Lets people in from now on.
    func startDebugging() throws(FileError) {
        let socket = supervisor.folder.debugSocket
        environment[Self.socketVariable] = socket
        runner.debugStop = try DebugStop(
            socket: socket,
            open: { [unowned self] hello, breakpoint throws(DebugShellError) in try launch(hello, at: breakpoint) },
            tell: { [unowned self] news throws(FileError) in try note(news) }
        )
    }

    /// Notes where a command failed, and holds the build there if somebody wants to look.
    /// - Returns: why no more commands may run; nil when the build goes on.
    func commandFailed(_ failure: CommandFailure) throws(FileError) -> Interruption? {
        // A shell is to see what `finally` will see.
        try noteFailure()
        // A later failure is often only what comes of the first; one that is forgiven does not count.
        if failedPoint == nil || isForgiven(failedPoint) {
            failedPoint = DebugPoint(
                phase: supervisor.machine.phase,
                command: log.mask?.masked(failure.command) ?? failure.command,
                exitStatus: failure.status.shellCode,
                shell: shell,
                user: user?.name,
                place: try place(of: state.checkpoint())
            )
        }
        guard let debugStop = runner.debugStop else { return nil }
        heldFailure = failure
        defer { heldFailure = nil }
        try debugStop.hold()
        return try runner.hold()
    }

    private func isForgiven(_ point: DebugPoint?) -> Bool {
        guard let phase = point?.phase.commandPhase else { return false }
        return buildspec.phases[phase]?.onFailure?.value == .continue
    }

    private func launch(
        _ hello: DebugHello,
        at breakpoint: DebugHello?
    ) throws(DebugShellError) -> DebugShellLaunch {
        let directory = breakpoint?.directory ?? state.workingDirectory
        let isHeld = runner.debugStop?.isPaused ?? false
        let plan = DebugShellPlan(
            build: name,
            phase: supervisor.machine.phase.rawValue,
            command: heldFailure?.command,
            exitStatus: heldFailure?.status.shellCode,
            shell: shell,
            directory: directory,
            environment: breakpoint?.environment ?? environment.list(workingDirectory: directory),
            saved: breakpoint == nil ? state.environmentFile : nil,
            credentials: user?.credentials,
            advice: isHeld
                ? [
                    "  go on      codebuild-resume", "  leave      exit",
                ] : ["  The build is not held: it runs on meanwhile.", "  leave      exit"]
        )
        do throws(FileError) {
            return try plan.launch(files: "\(state.directory)/debug", hasPrompt: hello.isTerminal)
        } catch {
            throw DebugShellError(.refused, "the shell cannot be prepared: \(error)")
        }
    }

    private func note(_ news: DebugStop.News) throws(FileError) {
        switch news {
        case .paused:
            try log.agent("Paused for debugging: run `nacre debug \(name)`, or `nacre debug \(name) --resume` to go on")
            try supervisor.record(BuildEvent(.paused, at: supervisor.clock.now()))
        case .shellOpened:
            try log.agent("A debug shell was opened")
        case .resumed(let text):
            try log.agent(text)
            try supervisor.record(BuildEvent(.resumed, at: supervisor.clock.now()))
        }
        log.tell()
    }

    // MARK: - For afterwards

    /// Notes what a phase finds when it begins, so that it can be run again.
    func notePhaseStart(_ phase: PhaseType) throws(FileError) {
        if request.isLocal { phaseStarts.append((phase, try state.checkpoint())) }
    }

    /// Writes where the build failed, so that a shell can be opened there when it is over.
    ///
    /// Nothing is written for a build whose workspace will not be kept.
    func recordDebugPoint() throws(FileError) {
        let status = supervisor.machine.verdict
        guard status == .failed || (request.keepsWorkspace && status == .succeeded) else { return }
        var point: DebugPoint
        if let failedPoint, status == .failed {
            point = failedPoint
        } else {
            let last = supervisor.build.phases.last { $0.phaseType != .finalizing }?.phaseType ?? .downloadSource
            point = DebugPoint(phase: last, shell: shell, user: user?.name, place: try place(of: state.checkpoint()))
        }
        for start in phaseStarts {
            let place = try place(of: start.state, onlyChanges: true)
            point.starts.append(DebugPoint.PhaseStart(phase: start.phase, place: place))
        }
        guard let bytes = try? JSONText.encode(point) else { return }
        try AtomicFile.write(bytes, to: supervisor.folder.debugPoint, mode: 0o600)
    }

    /// What a command found at a moment, without the secrets.
    ///
    /// * `onlyChanges`: leaves out what every build has from its start.
    private func place(
        of state: ShellState.Checkpoint,
        onlyChanges: Bool = false
    ) throws(FileError) -> DebugPoint.Place {
        let filter = SecretFilter(supervisor.secrets, mask: log.mask)
        var place = DebugPoint.Place(directory: state.workingDirectory, environment: [])
        var entries = environment.list(workingDirectory: state.workingDirectory)
        // It fails where the commands have left no usable PATH.
        if let bytes = try read(try self.state.prepareSnapshot(of: state)) {
            entries = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }
        for text in entries {
            guard let equals = text.firstIndex(of: "=") else { continue }
            let name = String(text[..<equals])
            let value = String(text[text.index(after: equals)...])
            if Self.ownVariables.contains(name) || isOwnTemporary(name, value) { continue }
            if onlyChanges, environment[name] == value || name.hasPrefix("CODEBUILD_") { continue }
            if filter.allows(name, value) {
                place.environment.append(text)
            } else {
                place.withheld.append(name)
            }
        }
        return place
    }

    /// Whether it is the folder that goes when this run ends.
    private func isOwnTemporary(_ name: String, _ value: String) -> Bool {
        name == TemporaryFolder.variable && value == supervisor.temporary?.path
    }

    /// The shell's own, and those that mean this very run.
    private static let ownVariables: Set<String> = ["_", "PWD", "OLDPWD", "SHLVL", socketVariable]
}
