// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc
internal import Processes

/// Runs commands one after the other, moves their output into the log, and ends them all when asked to.
final class CommandRunner {
    /// What became of a command.
    enum Outcome: Hashable {
        case ended(ExitStatus)
        /// The build was stopped, or its time ran out; nothing of it is left.
        case interrupted(Interruption)
        /// The shell could not be started at all.
        case neverStarted(FileError)
    }

    private var stop: StopRequest = .none

    private let log: BuildLog
    private let graceMilliseconds: Int64
    private let timeoutSeconds: Int
    /// By the monotonic clock.
    private let deadline: Int64
    private let signals: CommandSignals
    private let null: Descriptor
    private let outputReading: Descriptor
    private let outputWriting: Descriptor
    /// The build's limits, which every command runs under.
    let limits: CommandLimits

    /// What lets people into the build; nil while debugging is off.
    var debugStop: DebugStop?

    /// What must be on the disk before the first command runs; nil once it is, and where nothing must be.
    var beginning: DurableBeginning?

    /// Makes this process the subreaper of the build, and begins to count its time.
    init(log: BuildLog, request: BuildRequest, signals: CommandSignals) throws(FileError) {
        self.log = log
        graceMilliseconds = Int64(request.graceSeconds) * 1000
        timeoutSeconds = request.timeoutSeconds
        deadline = MonotonicClock.milliseconds() + Int64(request.timeoutSeconds) * 1000
        SignalQueue.ignoreBrokenPipes()
        self.signals = signals
        limits = CommandLimits(request)
        try ProcessTree.becomeSubreaper()
        null = try Descriptor.open("/dev/null", O_RDONLY)
        let ends = try Descriptor.pipe()
        outputReading = Descriptor(owning: ends.reading)
        outputWriting = Descriptor(owning: ends.writing)
        // A larger pipe means fewer turns for a command that writes much; less than asked for is no harm.
        _ = nacre_set_pipe_size(outputReading.number, 1 << 20)
        _ = nacre_set_nonblocking(outputReading.number, true)
    }

    /// Runs a script with a shell, its output going to the log, until the shell itself has ended.
    ///
    /// What it leaves in the background lives on and may hold the pipe open: the end of the pipe is never waited for.
    ///
    /// * `output`: takes the script's standard output instead of the log.
    /// * `user`: who the script runs as; nil: who the supervisor is.
    func run(
        shell: String,
        script: String,
        environment: [String],
        directory: String,
        output: Int32? = nil,
        user: Credentials? = nil
    ) throws(FileError) -> Outcome {
        if let interruption = interruption() { return .interrupted(interruption) }
        waitForBeginning()
        // One pipe serves all commands, and one that made it non-blocking must not break the next.
        _ = nacre_set_nonblocking(outputWriting.number, false)
        let child: ChildProcess
        do throws(FileError) {
            var start = ChildProcess.Request(
                executable: shell,
                arguments: [shell, script],
                environment: environment,
                directory: directory,
                standard: (null.number, output ?? outputWriting.number, outputWriting.number)
            )
            start.credentials = user
            start.controlGroups = limits.joining
            start.oomScoreAdjustment = limits.oomScoreAdjustment
            // Whoever opens /dev/stderr opens the pipe anew; nobody else can reach it.
            if user != nil { _ = fchmod(outputWriting.number, 0o666) }
            limits.begin()
            child = try ChildProcess.spawn(start)
        } catch {
            return .neverStarted(error)
        }
        while true {
            // Before the wait and not after it: whoever has asked for signals may have taken the news of an end.
            ProcessTree.reap(except: [child.pid] + shells)
            try waitForEvent(child: child.handle.number, timeout: timeout)
            if let interruption = interruption() {
                try endTree(graceMilliseconds: graceMilliseconds)
                return .interrupted(interruption)
            }
            if let status = try child.poll() {
                try drain()
                ProcessTree.reap(except: shells)
                try log.flushMask(mayGoOn: hasBackground)
                return .ended(status)
            }
        }
    }

    /// Waits until what must be on the disk is there.
    func waitForBeginning() {
        beginning.take()?.wait()
    }

    /// Lets no command run for as long as the build is held for debugging.
    /// - Returns: why no more may run at all; nil when the build goes on.
    func hold() throws(FileError) -> Interruption? {
        while debugStop?.isPaused ?? false {
            ProcessTree.reap(except: shells)
            try waitForEvent(child: -1, timeout: timeout)
            if let interruption = interruption() {
                try endTree(graceMilliseconds: graceMilliseconds)
                return interruption
            }
        }
        return nil
    }

    /// Whether something that a command has started still runs, which may be in the middle of a line.
    private var hasBackground: Bool { !Set(ProcessTree.children(of: getpid())).subtracting(shells).isEmpty }

    /// Children that the debug stop waits for.
    private var shells: [Int32] { debugStop?.shells ?? [] }

    /// Runs a script and gives what it prints, which does not go to the log.
    ///
    /// * `file`: a new file that takes the output.
    ///
    /// - Returns: nil when it fails or the build is stopped meanwhile.
    func read(
        shell: String,
        script: String,
        environment: [String],
        directory: String,
        through file: String
    ) throws(FileError) -> [UInt8]? {
        // A file and not a pipe: what the script leaves in the background cannot keep us waiting.
        // Made anew: its folder may belong to another user, who could have put a link there.
        _ = unsafe unlink(file)
        let output = try Descriptor.open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        let outcome = try run(
            shell: shell,
            script: script,
            environment: environment,
            directory: directory,
            output: output.number
        )
        return outcome == .ended(.exited(0)) ? try ForeignFile.read(file, limit: 16 << 20) : nil
    }

    /// Lets everything that the build still runs go on; it belongs to whoever reaps orphans above us.
    /// - Returns: true.
    func leaveTree() throws(FileError) -> Bool {
        debugStop?.close()
        _ = ProcessTree.reap()
        try drain()
        try log.flushMask(mayGoOn: true)
        return true
    }

    /// Ends everything that the build still runs.
    /// - Returns: whether nothing is left.
    @discardableResult
    func endTree(graceMilliseconds: Int64) throws(FileError) -> Bool {
        debugStop?.close()
        guard ProcessTree.reap() else {
            try log.flushMask()
            return true
        }
        if stop != .immediate {
            ProcessTree.signal(SIGTERM)
            let end = MonotonicClock.milliseconds() + graceMilliseconds
            while ProcessTree.reap(), stop != .immediate {
                let left = end - MonotonicClock.milliseconds()
                if left <= 0 { break }
                // The tree's own ends arrive as SIGCHLD; a process whose parent reaps it arrives when that one ends.
                try waitForEvent(child: -1, timeout: Int32(min(left, 1000)))
                readSignals()
            }
        }
        limits.kill()
        let isEmpty = ProcessTree.killAll(within: 5000)
        try drain()
        // What was killed may have been in the middle of a line.
        try log.flushMask(mayGoOn: true)
        return isEmpty
    }

    /// Why the build must end now, signals that have just arrived included; nil when it may go on.
    func interruption() -> Interruption? {
        readSignals()
        if stop != .none { return .stopped }
        return MonotonicClock.milliseconds() >= end ? .timedOut(seconds: timeoutSeconds) : nil
    }

    /// What tells, on any thread, whether there is an interruption; good until this is asked for one itself.
    func interruptionProbe() -> @Sendable () -> Bool {
        let (isStopped, end) = (stop != .none, end)
        return { isStopped || CommandSignals.isWaiting() || MonotonicClock.milliseconds() >= end }
    }

    /// When the build's time is up: the time in which it was held for debugging does not count.
    private var end: Int64 { deadline + (debugStop?.heldMilliseconds ?? 0) }

    private func readSignals() {
        stop = max(stop, signals.take())
    }

    /// Milliseconds for `poll(2)`, never past the time that it can take.
    private var timeout: Int32 {
        let left = Int32(clamping: max(0, end - MonotonicClock.milliseconds()))
        return debugStop.map { min(left, $0.patienceMilliseconds) } ?? left
    }

    /// Waits until output, an end or a signal is there, and moves output.
    private func waitForEvent(child: Int32, timeout: Int32) throws(FileError) {
        var events = [
            pollfd(fd: outputReading.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.queue.descriptor.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child, events: Int16(POLLIN), revents: 0),
        ]
        if let debugStop { events += debugStop.interests }
        try FileError.check("poll") { unsafe poll(&events, nfds_t(events.count), timeout) }
        if events[0].revents != 0 { _ = try log.take(from: outputReading) }
        try debugStop?.turn()
    }

    /// Moves what was in the pipe when it was called: everything that an ended command has written.
    ///
    /// Not more, as a process in the background may write for ever.
    private func drain() throws(FileError) {
        var left = Int(nacre_bytes_readable(outputReading.number))
        while left > 0 {
            let count = try log.take(from: outputReading, limit: left)
            if count == 0 { return }
            left -= count
        }
    }
}
