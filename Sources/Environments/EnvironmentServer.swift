// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// The process of one environment: owns its port, runs its version, carries out its requests.
///
/// Everything is on one thread. What it must know after a crash is in the folder's files before it is acted upon.
final class EnvironmentServer: EventSink {
    /// Another version that is to serve.
    struct Candidate {
        let instance: Instance
        var deployment: Deployment
    }

    let folder: EnvironmentFolder
    let loop: EventLoop
    let log: ApplicationLog
    let proxy: Proxy
    var settings: EnvironmentSettings
    var state: EnvironmentState
    /// The instance that has the requests, or is to have them.
    var serving: Instance?
    var candidate: Candidate?
    /// Those that had the requests, or were to, until they are gone.
    var leaving: [Instance] = []
    /// How often the version that serves has failed, one time after the other.
    var failures = 0
    var lastFailure: String?
    var restartTimer: EventLoop.Timer?
    var monitorTimer: EventLoop.Timer?
    /// How often the instance that serves did not answer, one time after the other, and why.
    var missedAnswers = 0
    var lastMiss: String?
    /// Why the environment's port cannot be had.
    var portProblem: String?
    var isStopping = false
    /// The request to stop; nil where a signal asks for it.
    var stopDeployment: Deployment?
    /// What was wrong with the state that the last process has left.
    private let damage: String?
    private let signals: SignalQueue
    private let changes: Inotify

    /// * `signals`: of SIGTERM, SIGINT and SIGCHLD.
    init(_ folder: EnvironmentFolder, hearing signals: SignalQueue) throws {
        guard let settings = try JSONFile.read(EnvironmentSettings.self, folder.settings) else {
            throw EnvironmentsError(.notFound, "there is no environment in \(folder.path)")
        }
        self.folder = folder
        self.settings = settings
        self.signals = signals
        (state, damage) = Self.readState(of: folder)
        loop = try EventLoop()
        log = try ApplicationLog(folder)
        proxy = Proxy(loop, port: settings.port)
        changes = try Inotify()
        _ = try changes.addWatch(folder.path, [.movedTo, .selfMoved])
    }

    /// Serves until it is asked to stop.
    func run() throws {
        loop.watch(signals.descriptor.number, for: .reading, self)
        loop.watch(changes.number, for: .reading, self)
        try begin()
        try loop.run()
    }

    func isReady(_ descriptor: Int32, _ readiness: Interest) {
        if descriptor == changes.number {
            _ = try? changes.readEvents()
            takeRequest()
        } else {
            while let signal = signals.next() { take(signal) }
        }
    }

    private func take(_ signal: Int32) {
        guard signal == SIGCHLD else {
            if isStopping { for instance in leaving { instance.target?.cut() } }
            return stop(for: nil)
        }
        // Orphans of applications; their own children are waited for by whoever started them.
        ProcessTree.reap(except: instances.flatMap(\.livePids))
        for instance in leaving { instance.checkEnd() }
    }

    var instances: [Instance] { leaving + [serving, candidate?.instance].compactMap { $0 } }

    // MARK: - The beginning

    /// Reads what the last process has left; where that is damaged, it is put aside, as who serves must serve on.
    private static func readState(of folder: EnvironmentFolder) -> (EnvironmentState, damage: String?) {
        do throws(EnvironmentsError) {
            return (try JSONFile.read(EnvironmentState.self, folder.state) ?? EnvironmentState(), nil)
        } catch {
            let kept = "\(folder.state).damaged"
            _ = unsafe rename(folder.state, kept)
            return (
                EnvironmentState(), "\(folder.state) is damaged and was put aside as \(kept): its history begins anew."
            )
        }
    }

    private func begin() throws {
        if let damage { note(.error, damage) }
        InstanceTree.endLeftOvers(of: folder, processes: state.processes)
        ContainerPlan.remove(state.containers)
        state.processes = []
        state.containers = []
        state.running?.port = nil
        state.owner = ProcessIdentity(of: getpid())?.text
        let desired = try JSONFile.read(EnvironmentRequest.self, folder.desired)
        let pending = desired.flatMap { $0.number > state.settled ? $0 : nil }
        if let desired, desired.runs || pending != nil {
            if desired.runs { openPort() }
            // What ran before comes first, so that somebody serves while the new one starts.
            let isSame = pending?.version == state.running?.version && pending?.kind != .deploy
            if desired.runs, !isSame, let version = state.running?.version { serve(version) }
            save()
            takeRequest()
        } else {
            stop(for: nil)
        }
    }

    /// Takes the environment's port; tried again and again when another program has it.
    func openPort() {
        guard !isStopping, !proxy.isListening else { return }
        do throws(FileError) {
            try proxy.open()
            portProblem = nil
        } catch {
            if portProblem == nil { note(.error, "Port \(settings.port) cannot be had: \(error.reason).") }
            portProblem = "port \(settings.port) cannot be had: \(error.reason)"
            loop.after(1_000) { [unowned self] in
                openPort()
                if proxy.isListening { save() }
            }
        }
    }

    // MARK: - What is written

    /// Appends to the environment's events, and to its log.
    func note(_ severity: EnvironmentEvent.Severity, _ message: String, _ version: String? = nil) {
        let now = WallClock.milliseconds()
        state.note(EnvironmentEvent(at: now, severity: severity, message: message, version: version))
        for line in message.split(separator: "\n") { log.write(String(line), from: "nacre") }
    }

    /// Writes how things stand.
    func save(isDurable: Bool = false) {
        state.processes = instances.flatMap(\.identities).map(\.text)
        state.containers = instances.compactMap(\.container)
        state.updatedAt = WallClock.milliseconds()
        if !isStopping { (state.health, state.causes) = health }
        if candidate != nil {
            state.status = state.running == nil ? .launching : .updating
        } else if state.status != .terminated || !isStopping {
            state.status = .ready
        }
        proxy.hasHope = serving != nil || candidate != nil || restartTimer != nil
        do throws(EnvironmentsError) {
            try JSONFile.write(state, folder.state, isDurable: isDurable)
        } catch {
            // The disk is full, say; who waits goes on waiting, and the next change is written again.
            log.write(error.message, from: "nacre")
        }
    }

    private var health: (EnvironmentHealth, [String]) {
        if let portProblem { return (.red, [portProblem]) }
        if let serving, serving.isServing {
            if let lastMiss { return (missedAnswers < 3 ? .yellow : .red, [lastMiss]) }
            if failures < 3 { return (.green, []) }
            return (.yellow, ["it was started again \(failures) times in a row"] + [lastFailure].compactMap { $0 })
        }
        let causes = [lastFailure].compactMap { $0 }
        if state.running == nil { return (lastFailure == nil || candidate != nil ? .grey : .red, causes) }
        if failures == 0 { return (.grey, ["it is being started"]) }
        return (failures < 3 ? .yellow : .red, causes)
    }
}
