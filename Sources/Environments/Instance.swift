// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// One running copy of a version: its processes, from their start to the end of the last of them.
final class Instance {
    /// What an instance needs of its surroundings.
    struct Surroundings {
        let loop: EventLoop
        let log: ApplicationLog
        let folder: EnvironmentFolder
    }

    private enum Phase {
        /// Something is run before its processes.
        case preparing
        /// Its processes run and it does not answer yet.
        case starting
        case serving
        case ending
        /// No process is left; something is run after them.
        case cleaning
        case ended
    }

    let version: String
    let settings: EnvironmentSettings
    /// Where it serves; nil until it does.
    private(set) var target: ProxyTarget?
    /// When it began to serve; milliseconds of the monotonic clock.
    private(set) var servesSince: Int64 = 0
    private let surroundings: Surroundings
    private let mark: String
    private var port: UInt16 = 0
    private var phase = Phase.preparing
    private var plan = LaunchPlan()
    private var processes: [ManagedProcess] = []
    private var preparation: [LaunchPlan.Command] = []
    private var limit: EventLoop.Timer?
    private var retry: EventLoop.Timer?
    private var probe: HealthProbe?
    private var probes = 0
    private var lastAnswer = HealthProbe.Answer.none("it was never asked")
    private var whenGone: (() -> Void)?

    /// Called once, when it answers.
    var whenServing: (() -> Void)?
    /// Called once, when it has died or does not come to answer, with the reason; never after `end`.
    var whenFailed: ((String) -> Void)?

    init(version: String, _ settings: EnvironmentSettings, _ surroundings: Surroundings) {
        self.version = version
        self.settings = settings
        self.surroundings = surroundings
        mark = String(UInt64.random(in: .min ... .max), radix: 16)
    }

    private var loop: EventLoop { surroundings.loop }
    private var bundle: String { surroundings.folder.version(version) }

    /// The processes that it has started and that have not ended.
    var identities: [ProcessIdentity] { processes.filter { $0.status == nil }.compactMap(\.identity) }
    private var pids: [Int32] { processes.map(\.pid) }
    /// The numbers of those that it waits for.
    var livePids: [Int32] { processes.filter { $0.status == nil }.map(\.pid) }
    var isServing: Bool { phase == .serving }
    var isGone: Bool { phase == .ended }
    /// The container that it has made.
    var container: String? { isGone ? nil : plan.container }
    var warnings: [String] { plan.warnings }

    // MARK: - Its start

    /// Starts it; what comes of it is told by `whenServing` or `whenFailed`, never before this returns.
    func start() {
        do throws(LaunchProblem) {
            guard Folder.isFolder(bundle) else { throw LaunchProblem("the version \(version) is gone from the disk") }
            guard let port = LoopbackPort.forInstance() else { throw LaunchProblem("no port is free for an instance") }
            self.port = port
            plan = try LaunchPlan(
                LaunchPlan.Request(
                    bundle: bundle,
                    settings: settings,
                    version: version,
                    port: port,
                    marks: [
                        InstanceTree.folderVariable: surroundings.folder.path, InstanceTree.instanceVariable: mark,
                    ]
                )
            )
        } catch {
            loop.after(0) { [weak self] in self?.fail(error.message) }
            return
        }
        preparation = plan.preparation
        if !preparation.isEmpty {
            limit = loop.after(Int64(settings.limits.build) * 1000) { [weak self] in
                self?.fail("its image was not built within \(self?.settings.limits.build ?? 0) s")
            }
        }
        goOn()
    }

    /// Runs the next thing of the preparation, or the processes.
    private func goOn() {
        guard phase == .preparing else { return }
        do throws(FileError) {
            if !preparation.isEmpty {
                let next = preparation.removeFirst()
                processes.append(try spawn(next))
                return
            }
            loop.cancel(limit)
            for command in plan.processes { processes.append(try spawn(command)) }
        } catch {
            loop.after(0) { [weak self] in self?.fail("a process cannot be started: \(error)") }
            return
        }
        phase = .starting
        limit = loop.after(Int64(settings.limits.start) * 1000) { [weak self] in self?.isLate() }
        ask()
    }

    private func spawn(_ command: LaunchPlan.Command) throws(FileError) -> ManagedProcess {
        try ManagedProcess(command, in: bundle, loop, surroundings.log) { [weak self] process, status in
            self?.hasEnded(process, status)
        }
    }

    private func hasEnded(_ process: ManagedProcess, _ status: ExitStatus) {
        switch phase {
        case .preparing:
            if status.isSuccess { return goOn() }
            fail("the \(process.name) failed: \(Self.text(status))")
        case .starting, .serving:
            // A process beside the one that serves may be one that does something once.
            if status.isSuccess, process !== processes.last(where: { $0.name == "web" }) { return }
            fail("the process \(process.name) ended: \(Self.text(status))")
        case .ending: checkEnd()
        case .cleaning: finish()
        case .ended: break
        }
    }

    private static func text(_ status: ExitStatus) -> String {
        switch status {
        case .exited(let code): "exit code \(code)"
        case .signaled(let number): SignalName.of(number) ?? "signal \(number)"
        }
    }

    // MARK: - Its health

    /// Asks whether it answers; again in a moment if it does not.
    private func ask() {
        guard phase == .starting else { return }
        probes += 1
        // Some programs take `localhost` for the address of version 6 alone.
        let address = LoopbackAddress(port: port, isVersion6: probes % 4 == 0)
        probe = HealthProbe(loop, address, path: settings.health.path, within: 10_000) { [weak self] answer in
            self?.take(answer, from: address)
        }
    }

    private func take(_ answer: HealthProbe.Answer, from address: LoopbackAddress) {
        guard phase == .starting else { return }
        if case .status(let status) = answer, settings.health.accepts(status) {
            loop.cancel(limit)
            phase = .serving
            servesSince = MonotonicClock.milliseconds()
            target = ProxyTarget(address)
            whenServing?()
            return
        }
        if !address.isVersion6 || answer != .none("connection refused") { lastAnswer = answer }
        retry = loop.after(min(25 * Int64(probes), 500)) { [weak self] in self?.ask() }
    }

    /// Asks an instance that serves, once.
    /// - Returns: by the closure, what is wrong; nil: nothing.
    func check(_ whenDone: @escaping (String?) -> Void) {
        guard let target, phase == .serving else { return }
        probe = HealthProbe(loop, target.address, path: settings.health.path, within: 10_000) { [weak self] answer in
            guard let self, phase == .serving else { return }
            if case .status(let status) = answer, settings.health.accepts(status) { return whenDone(nil) }
            whenDone(Self.text(answer, settings.health.path))
        }
    }

    private static func text(_ answer: HealthProbe.Answer, _ path: String) -> String {
        switch answer {
        case .status(let status): "GET \(path) is answered with status \(status)"
        case .none(let reason): "GET \(path) is not answered: \(reason)"
        }
    }

    private func isLate() {
        let answer = Self.text(lastAnswer, settings.health.path)
        fail("it did not become healthy on PORT \(port) within \(settings.limits.start) s: \(answer)")
    }

    private func fail(_ reason: String) {
        guard phase == .preparing || phase == .starting || phase == .serving, let whenFailed else { return }
        self.whenFailed = nil
        let lines = processes.flatMap(\.lastLines).suffix(12)
        whenFailed(lines.isEmpty ? reason : "\(reason)\n" + lines.joined(separator: "\n"))
    }

    // MARK: - Its end

    /// Ends all of its processes: asks them, and after the limit kills them.
    ///
    /// * `whenGone`: called once, when none is left, never before this returns.
    func end(whenGone: @escaping () -> Void) {
        guard phase != .ending, phase != .cleaning, phase != .ended else { return }
        phase = .ending
        whenServing = nil
        whenFailed = nil
        self.whenGone = whenGone
        probe?.cancel()
        loop.cancel(limit)
        loop.cancel(retry)
        for pid in members { ProcessTree.signal(SIGTERM, to: pid) }
        limit = loop.after(Int64(settings.limits.stop) * 1000) { [weak self] in self?.kill() }
        retry = loop.after(0) { [weak self] in self?.checkEnd() }
    }

    private var members: [Int32] { InstanceTree.members(leaders: pids, instance: mark) }

    /// Looks whether all of its processes have ended; to be called when any process has.
    func checkEnd() {
        guard phase == .ending, processes.allSatisfy({ $0.status != nil }), members.isEmpty else { return }
        guard let cleanUp = plan.cleanUp, let process = try? spawn(cleanUp) else { return finish() }
        phase = .cleaning
        processes.append(process)
        loop.cancel(limit)
        limit = loop.after(30_000) { [weak self] in self?.finish() }
    }

    private func finish() {
        guard phase != .ended else { return }
        phase = .ended
        loop.cancel(limit)
        loop.cancel(retry)
        for process in processes { process.closeLog() }
        whenGone?()
        whenGone = nil
    }

    private func kill() {
        guard phase == .ending else { return }
        for pid in members { ProcessTree.signal(SIGKILL, to: pid) }
        // One may have forked meanwhile.
        limit = loop.after(20) { [weak self] in self?.kill() }
        checkEnd()
    }
}
