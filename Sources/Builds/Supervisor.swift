// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import ControlGroups
internal import Diagnostics
package import Files
internal import Glibc
internal import JSON
internal import Processes
internal import WireWords

/// Runs one build from its folder to its result.
///
/// One process, one build; nothing of the daemon is needed.
package final class Supervisor {
    let folder: BuildFolder
    let request: BuildRequest
    /// Where commands put temporary files; nil: where the machine has them.
    let temporary: TemporaryFolder?
    /// Why there is no such folder, where there should be one.
    private let temporaryFailure: FileError?
    let secrets: SecretValues
    let log: BuildLog
    let runner: CommandRunner
    var build: Build
    var machine = PhaseMachine()
    let clock = BuildClock()
    private let events: Descriptor
    /// Makes this process the one that answers for the build in a folder.
    /// - Parameters:
    ///   - folder: holds `request.json`, and has never been built.
    ///   - lock: the folder's own; held until this process ends.
    /// - Returns: what is to be built.
    /// - Throws: `BuildError` when there is nothing that can be built.
    package static func take(_ folder: BuildFolder, holding lock: consuming FileLock) throws(BuildError) -> BuildRequest
    {
        if Folder.exists(folder.events) {
            throw BuildError(.taken, "\(folder.path) has been built already; every attempt needs a folder of its own")
        }
        let request = try request(of: folder)
        do throws(FileError) {
            if let identity = ProcessIdentity(of: getpid()) { try lock.write(identity.text) }
        } catch {
            throw BuildError(.system, "\(folder.lock) cannot be written: \(error)")
        }
        lock.keepUntilExit()
        if request.isLocal { SignalQueue.dieWithParent(SIGTERM) }
        return request
    }

    /// Reads what is to be built.
    /// - Throws: `badFolder`.
    package static func request(of folder: BuildFolder) throws(BuildError) -> BuildRequest {
        do {
            return try JSONText.decode(BuildRequest.self, from: try AtomicFile.read(folder.request))
        } catch {
            throw BuildError(.badFolder, "\(folder.request) cannot be read: \(error)")
        }
    }

    /// Runs the build in a folder.
    /// - Parameters:
    ///   - request: the folder's own; its source folders are filled.
    ///   - folder: where the build is.
    ///   - secrets: the values of its parameters and secrets.
    ///   - signals: those that end the build; blocked since before anybody could send one.
    /// - Returns: the build as it ended; it is in `result.json` too.
    /// - Throws: `BuildError` when the machine lets it down.
    @discardableResult
    package static func run(
        _ request: BuildRequest,
        in folder: BuildFolder,
        with secrets: SecretValues,
        hearing signals: CommandSignals
    ) throws(BuildError) -> Build {
        var supervisor: Supervisor?
        do throws(FileError) {
            let made = try Supervisor(folder, request, secrets, signals)
            supervisor = made
            return try made.run()
        } catch {
            // The disk is full, most likely. What the build has started must not outlive it.
            _ = ProcessTree.killAll(within: 5000)
            ShellState.remove(request.id, folder)
            TemporaryFolder(of: request)?.remove()
            if request.isolation == .none, !request.limits.isEmpty {
                ControlGroup.removeLeftovers(prefix: BuildLimits.groupName(request.id)) { _ in false }
            }
            if let build = supervisor?.endOnFullDisk(error) { return build }
            throw BuildError(.system, "the build in \(folder.path) cannot go on: \(error)")
        }
    }

    private init(
        _ folder: BuildFolder,
        _ request: BuildRequest,
        _ secrets: SecretValues,
        _ signals: CommandSignals
    ) throws(FileError) {
        self.folder = folder
        var request = request
        var temporary = TemporaryFolder(of: request)
        var failure: FileError?
        do throws(FileError) { try temporary?.make() } catch {
            failure = error
            temporary = nil
        }
        if let temporary { request.machineEnvironment[TemporaryFolder.variable] = temporary.path }
        self.request = request
        self.temporary = temporary
        temporaryFailure = failure
        self.secrets = secrets
        log = try BuildLog(path: folder.log, limitBytes: request.logLimitBytes ?? BuildLog.standardLimitBytes)
        ProcessMark(uuid: request.id.uuid)?.set()
        runner = try CommandRunner(log: log, request: request, signals: signals)
        build = Build(request, folder: folder)
        events = try ForeignFile.open(folder.events, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    }

    private func run() throws(FileError) -> Build {
        try record(BuildEvent(.started, at: clock.now()))
        // Nobody starts a local build again.
        if !request.isLocal { runner.beginning = DurableBeginning(of: folder) }
        defer { runner.waitForBeginning() }
        if let note = runner.limits.note { try log.agent(note) }
        if let temporaryFailure {
            try log.agent("Warning: the build has no temporary folder of its own: \(temporaryFailure)")
        }
        var session: BuildSession?
        begin(.downloadSource)
        let preparation = try BuildPreparation.prepare(self)
        switch preparation {
        case .ready(let buildspec, let runtimes):
            let prepared = try BuildSession(self, buildspec, runtimes)
            session = prepared
            if let missing = prepared.missingShell {
                try end(.failed, missing)
                break
            }
            try prepared.restoreCache()
            try end(.succeeded)
            if let start = request.start {
                machine.skip(to: start.phase)
                try log.agent("Going on from phase \(start.phase.rawValue) in the workspace of an earlier build")
            }
        case .refused(let context):
            try end(.failed, context)
        }
        while machine.phase != .completed {
            let phase = machine.phase
            begin(phase)
            if phase == .finalizing {
                try finalize(session)
            } else if let interruption = runner.interruption() {
                try end(interruption)
            } else if let session {
                try session.perform(phase)
            }
        }
        return try complete()
    }

    /// Ends a build that finds no space on the disk, by that which its own log and workspace take.
    /// - Returns: nil where something else is wrong, or there is still no space.
    private func endOnFullDisk(_ error: FileError) -> Build? {
        guard error.isFullDisk else { return nil }
        let reason = "no space is left on the disk"
        let now = Timestamp.now()
        if let index = build.phases.indices.last, build.phases[index].endTime == nil {
            let context = Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: "\(reason): \(error)")
            build.phases[index].finish(.fault, at: now, context: context)
        }
        log.cut(saying: "The build ends here: \(reason)")
        build.statusReason = reason
        build.end(.fault, at: now)
        let bytes = JSONText.encode(build)
        if (try? writeResult(bytes)) != nil { return build }
        try? Folder.remove(folder.workspace)
        return (try? writeResult(bytes)) == nil ? nil : build
    }

    private func finalize(_ session: BuildSession?) throws(FileError) {
        try session?.recordDebugPoint()
        let leaves = request.leavesProcesses == true && machine.verdict == .succeeded
        let isEmpty = leaves ? try runner.leaveTree() : try runner.endTree(graceMilliseconds: 1000)
        runner.limits.remove()
        session?.close()
        temporary?.remove()
        if isEmpty {
            try end(.succeeded)
        } else {
            try log.agent("Some processes of the build did not end after SIGKILL: they wait for the kernel")
            try end(.fault, Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: "processes outlived the build"))
        }
    }

    private func complete() throws(FileError) -> Build {
        try log.finish()
        let now = clock.now()
        // A good end has no reason; a buildspec that is no good is no better the next time.
        if machine.verdict == .succeeded { build.statusReason = nil }
        let hasBegun = build.phases.contains { $0.phaseType == .install }
        if machine.verdict == .failed, hasBegun, request.attempt.number < request.attempt.projectLimit {
            build.requestRetry(limit: request.attempt.projectLimit)
        }
        build.end(machine.verdict, at: now)
        try record(BuildEvent(.finished, at: now, buildStatus: machine.verdict))
        try writeResult(JSONText.encode(build))
        return build
    }

    private func writeResult(_ bytes: [UInt8]) throws(FileError) {
        // A power cut must not leave a name without its bytes, which would be taken for damage.
        try AtomicFile.write(bytes, to: folder.result, isDurable: !request.isLocal)
    }

    // MARK: - Phases

    private func begin(_ phase: PhaseType) {
        let started = Build.Phase(phaseType: phase, startTime: clock.now())
        build.phases.append(started)
        build.currentPhase = phase
        // A watcher that misses the line sees the phase when it ends; a full disk shows in the log's own writes.
        try? record(BuildEvent(.phaseStarted, at: started.startTime, phase: started))
    }

    /// Ends the running phase, in the log, the events and the state machine.
    func end(
        _ status: BuildStatus,
        _ context: Build.Phase.Context = Build.Phase.Context(),
        rule: PhaseMachine.FailureRule = .standard
    ) throws(FileError) {
        let index = build.phases.count - 1
        var context = context
        context.message = log.masked(context.message)
        build.phases[index].finish(status, at: clock.now(), context: context)
        let phase = build.phases[index]
        // CodeBuild's log ends with UPLOAD_ARTIFACTS.
        if phase.phaseType != .finalizing {
            try log.agent("Phase complete: \(phase.phaseType.rawValue) State: \(status.rawValue)")
            try log.agent("Phase context status code: \(context.statusCode) Message: \(context.message)")
        }
        machine.finishPhase(status, rule: rule)
        try record(BuildEvent(.phaseFinished, at: phase.endTime ?? clock.now(), phase: phase))
    }

    /// Ends the running phase because no more commands may run.
    func end(_ interruption: Interruption) throws(FileError) {
        try end(interruption.status, interruption.context)
    }

    /// Writes a line of `events.jsonl`.
    func record(_ event: BuildEvent) throws(FileError) {
        try events.writeAll(JSONText.encode(event) + [UInt8(ascii: "\n")])
    }
}
