// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// A process that was started for an instance; what it writes goes to the log.
final class ManagedProcess: EventSink {
    let name: String
    /// The leader of a session of its own.
    let pid: Int32
    let identity: ProcessIdentity?
    /// How it has ended; nil while it runs.
    private(set) var status: ExitStatus?
    private let loop: EventLoop
    private let child: ChildProcess
    private let pipe: LogPipe
    private let whenEnded: (ManagedProcess, ExitStatus) -> Void

    /// Starts it.
    init(
        _ command: LaunchPlan.Command,
        in directory: String,
        _ loop: EventLoop,
        _ log: ApplicationLog,
        whenEnded: @escaping (ManagedProcess, ExitStatus) -> Void
    ) throws(FileError) {
        let ends = try Descriptor.pipe()
        let reading = Descriptor(owning: ends.reading)
        let writing = Descriptor(owning: ends.writing)
        let null = try Descriptor.open("/dev/null", O_RDONLY)
        child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: command.executable,
                arguments: command.arguments,
                environment: ApplicationEnvironment.texts(command.variables),
                directory: directory,
                standard: (null.number, writing.number, writing.number)
            )
        )
        name = command.name
        pid = child.pid
        identity = ProcessIdentity(of: child.pid)
        self.loop = loop
        self.whenEnded = whenEnded
        pipe = LogPipe(loop, log, source: command.name, reading: reading.release())
        loop.watch(child.handle.number, for: .reading, self)
    }

    var lastLines: [String] { pipe.lastLines }

    func isReady(_ descriptor: Int32, _ readiness: Interest) {
        guard status == nil, let status = try? child.poll() else { return }
        self.status = status
        loop.forget(child.handle.number)
        pipe.drain()
        whenEnded(self, status)
    }

    /// Stops listening to what it, and its children, write.
    func closeLog() {
        pipe.end()
        if status == nil { loop.forget(child.handle.number) }
    }
}
