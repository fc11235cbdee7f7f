// SPDX-License-Identifier: Apache-2.0

package import Builds
internal import CShims
internal import ControlGroups
internal import Files
internal import Glibc
internal import Processes
internal import WireWords

/// The supervisor of a supervisor: it makes the surroundings that a build asks for, starts the supervisor proper in them,
/// passes on signals, and takes everything away at the end.
///
/// It holds the build's lock and is what everybody outside watches. It reads no buildspec and runs none of the user's
/// commands.
package final class OuterSupervisor {
    private let folder: BuildFolder
    private let request: BuildRequest
    private let signals: CommandSignals
    private let executable: String
    private let tools: Tools
    private var stop = StopRequest.none
    /// When the surroundings must be there, by the monotonic clock; from then on the supervisor inside counts the time.
    private let deadline: Int64
    private var isTimedOut = false
    private var errors = Tail()

    /// Whether a build asks for surroundings that somebody must make.
    package static func isNeeded(for request: BuildRequest) -> Bool {
        request.isolation != .none || request.isPrivileged
    }

    /// Runs a build in the surroundings that it asks for.
    /// - Parameters:
    ///   - request: the folder's own.
    ///   - folder: where the build is.
    ///   - executable: the supervisor's own file, which is started again inside.
    ///   - secrets: handed on by a pipe.
    ///   - signals: those that end the build.
    ///   - tools: where programs are looked for.
    /// - Throws: `BuildError` when the build was lost: its supervisor ended without a result.
    package static func run(
        _ request: BuildRequest,
        in folder: BuildFolder,
        executable: String,
        with secrets: SecretValues,
        hearing signals: CommandSignals,
        tools: Tools = Tools()
    ) throws(BuildError) {
        SignalQueue.ignoreBrokenPipes()
        let outer = OuterSupervisor(request, in: folder, executable: executable, hearing: signals, tools: tools)
        do throws(SandboxError) {
            try outer.run(secrets)
        } catch {
            let context = Build.Phase.Context(statusCode: error.code.rawValue, message: error.message)
            try UnstartedBuild.record(.failed, context, of: request, in: folder)
            return
        }
        if Folder.exists(folder.result) { return }
        if !outer.hasBegun, outer.stop != .none {
            let interruption = outer.isTimedOut ? Interruption.timedOut(seconds: request.timeoutSeconds) : .stopped
            return try UnstartedBuild.record(interruption.status, interruption.context, of: request, in: folder)
        }
        throw BuildError(.system, "the supervisor inside ended without a result: \(outer.errors.text)")
    }

    private init(
        _ request: BuildRequest,
        in folder: BuildFolder,
        executable: String,
        hearing signals: CommandSignals,
        tools: Tools
    ) {
        self.request = request
        self.folder = folder
        self.executable = executable
        self.signals = signals
        self.tools = tools
        deadline = MonotonicClock.milliseconds() + Int64(request.timeoutSeconds) * 1000
    }

    private func run(_ secrets: SecretValues) throws(SandboxError) {
        let uuid = request.id.uuid
        // The one inside syncs the rest when it begins; it does not see this folder.
        if !request.isLocal { try? Folder.sync(Paths.parent(folder.path)) }
        let scratch = IsolationCleanUp.scratchFolder(uuid)
        do throws(FileError) { try Folder.makeOwn(scratch) } catch {
            throw SandboxError(.unavailable, "\(scratch) cannot be made: \(error)")
        }
        defer { try? Folder.remove(scratch) }
        // What is not there cannot be shown to a build.
        if let cache = request.cache { try? Folder.make(cache.directory) }
        var podman: Podman?
        if request.isPrivileged {
            podman = try Podman(tools: tools, option: "docker in a build", buildUUID: uuid, scratch: scratch)
        }
        if let podman {
            let service = try DockerService.start(podman, folder: folder, uuid: uuid, stopping: hasStop)
            defer { service.end() }
            if stop == .none { try runInPlace(secrets, podman, scratch: scratch) }
        } else {
            try runInPlace(secrets, nil, scratch: scratch)
        }
    }

    private func runInPlace(_ secrets: SecretValues, _ podman: Podman?, scratch: String) throws(SandboxError) {
        switch request.isolation {
        case .none:
            try runDirectly(secrets)
        case .sandbox(let hasNetwork):
            try runInBubblewrap(secrets, hasNetwork: hasNetwork)
        case .image(let image, let hasNetwork):
            try Podman.check(image: image)
            let inImage: Podman
            if let podman {
                inImage = podman
            } else {
                inImage = try Podman(tools: tools, option: "an image", buildUUID: request.id.uuid, scratch: scratch)
            }
            try runInImage(image, inImage, secrets, hasNetwork: hasNetwork)
        }
    }

    // MARK: - Places

    private func runDirectly(_ secrets: SecretValues) throws(SandboxError) {
        let arguments = ["nacre-supervisor", "--inside", folder.path]
        let child = try start(executable, arguments, environment: ["PATH=/usr/bin:/bin"])
        try follow(child, secrets)
    }

    /// What is seen inside; the cache's folder is made here, as only what exists can be shown.
    private func surroundings() -> Surroundings {
        if let cache = request.cache { try? Folder.make(cache.directory, mode: 0o700) }
        return Surroundings(folder, request, executable: executable)
    }

    private func runInBubblewrap(_ secrets: SecretValues, hasNetwork: Bool) throws(SandboxError) {
        let bwrap = try tools.require("bwrap", package: "bubblewrap", for: "a sandbox")
        let machine = request.machineEnvironment
        let group = BuildControlGroup.make(for: request) { UnstartedBuild.note($0, in: folder) }
        defer { group?.remove() }
        let sandbox = Bubblewrap(
            surroundings: surroundings(),
            userHome: machine["HOME"] ?? "/",
            path: machine["PATH"] ?? "",
            hasNetwork: hasNetwork,
            isRoot: geteuid() == 0,
            joinable: group?.joiningFiles ?? [],
            exists: Folder.exists
        )
        let child = try start(bwrap, ["bwrap"] + sandbox.arguments(), environment: ["PATH=/usr/bin:/bin"])
        try follow(child, secrets, signalling: .onlyChild)
        if !hasBegun, stop == .none { throw SandboxError(.unavailable, Bubblewrap.explain(errors.text)) }
    }

    private func runInImage(
        _ image: String,
        _ podman: Podman,
        _ secrets: SecretValues,
        hasNetwork: Bool
    ) throws(SandboxError) {
        let arguments = try Podman.runArguments(
            image: image,
            hasNetwork: hasNetwork,
            surroundings(),
            limits: request.limits,
            uuid: request.id.uuid
        )
        defer { podman.run(["rm", "--force", "--ignore", "--time=0", Podman.containerName(request.id.uuid)]) }
        // Asking for the image first would cost every build what only a first one needs.
        try runContainer(arguments, podman, secrets)
        if hasBegun || stop != .none { return }
        if Podman.saysImageIsMissing(errors.text) {
            try pull(image, podman)
            if stop != .none { return }
            errors = Tail()
            try runContainer(arguments, podman, secrets)
            if hasBegun || stop != .none { return }
        }
        throw SandboxError(.unavailable, "podman cannot run \(image): \(Podman.reason(errors.text))")
    }

    private func runContainer(
        _ arguments: [String],
        _ podman: Podman,
        _ secrets: SecretValues
    ) throws(SandboxError) {
        let child = try start(podman.executable, ["podman"] + arguments, environment: podman.environment)
        try follow(child, secrets)
    }

    private func pull(_ image: String, _ podman: Podman) throws(SandboxError) {
        UnstartedBuild.note("Pulling the image \(image)", in: folder)
        tellOfLog()
        errors = Tail()
        let child = try start(podman.executable, ["podman", "pull", "--quiet", image], environment: podman.environment)
        let isSuccess = try follow(child, nil)
        if isSuccess || stop != .none { return }
        throw SandboxError(
            .imageNotPulled,
            "the image \(image) is not on this machine and cannot be pulled: \(Podman.reason(errors.text))"
        )
    }

    /// Whether the supervisor proper has begun: from then on the build's end is its own.
    private var hasBegun: Bool { Folder.exists(folder.events) }

    // MARK: - The child

    /// What a child of this process is and says.
    private struct Inside: ~Copyable {
        let child: ChildProcess
        /// Writing here opens its gate.
        let gate: Descriptor
        /// It writes a byte here when the log has grown.
        let notices: Descriptor
        let errors: Descriptor
    }

    /// Whom a wish to stop is told.
    private enum Addressee {
        /// The child itself, which is the supervisor or passes signals on.
        case child
        /// The only child of the child, which does not: bubblewrap.
        case onlyChild
    }

    private func start(
        _ program: String,
        _ arguments: [String],
        environment: [String]
    ) throws(SandboxError) -> Inside {
        do throws(FileError) {
            let input = try Self.pipe()
            let notices = try Self.pipe()
            let errors = try Self.pipe()
            _ = nacre_set_nonblocking(notices.reading.number, true)
            _ = nacre_set_nonblocking(notices.writing.number, true)
            _ = nacre_set_nonblocking(errors.reading.number, true)
            let request = ChildProcess.Request(
                executable: program,
                arguments: arguments,
                environment: environment,
                directory: folder.path,
                standard: (input.reading.number, notices.writing.number, errors.writing.number)
            )
            let child = try ChildProcess.spawn(request)
            return Inside(
                child: child,
                gate: input.takeWriting(),
                notices: notices.takeReading(),
                errors: errors.takeReading()
            )
        } catch {
            throw SandboxError(.unavailable, "\(program) cannot be started: \(error)")
        }
    }

    /// Stays with a child until it has ended.
    /// - Returns: whether it ended with 0.
    @discardableResult
    private func follow(
        _ inside: borrowing Inside,
        _ secrets: SecretValues?,
        signalling addressee: Addressee = .child
    ) throws(SandboxError) -> Bool {
        // A child that ends before it has read says why by itself.
        if let secrets { try? inside.gate.writeAll(BuildGate.message(secrets)) }
        do throws(FileError) {
            while true {
                var events = [
                    pollfd(fd: inside.notices.number, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: inside.errors.number, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: signals.queue.descriptor.number, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: inside.child.handle.number, events: Int16(POLLIN), revents: 0),
                ]
                let timeout = waitingTime()
                try FileError.check("poll") { unsafe poll(&events, nfds_t(events.count), timeout) }
                if Self.drain(inside.notices) { tellOfLog() }
                errors.take(from: inside.errors.number)
                stop = max(stop, signals.take())
                if stop == .none, MonotonicClock.milliseconds() >= deadline, !hasBegun {
                    isTimedOut = true
                    stop = .immediate
                }
                if stop != .none { pass(stop == .immediate ? SIGINT : SIGTERM, to: inside.child, addressee) }
                if let status = try inside.child.poll() {
                    errors.take(from: inside.errors.number)
                    return status.isSuccess
                }
                if events[0].revents & Int16(POLLHUP) != 0 || events[1].revents & Int16(POLLHUP) != 0 {
                    // Its streams are closed and it still runs: poll would not wait any more.
                    usleep(10_000)
                }
            }
        } catch {
            inside.child.signal(SIGKILL)
            throw SandboxError(.unavailable, "the build inside cannot be watched: \(error)")
        }
    }

    /// Milliseconds for `poll(2)`.
    private func waitingTime() -> Int32 {
        // A wish to stop is said again: a supervisor that is just being started does not hear it.
        if stop != .none { return 200 }
        return hasBegun ? -1 : Int32(clamping: max(0, deadline - MonotonicClock.milliseconds()))
    }

    private func pass(_ signal: Int32, to child: borrowing ChildProcess, _ addressee: Addressee) {
        switch addressee {
        case .child: child.signal(signal)
        case .onlyChild:
            // Its number cannot be given to another while its parent, which reaps it, has not been reaped by us.
            guard let text = try? AtomicFile.read("/proc/\(child.pid)/task/\(child.pid)/children"),
                let inner = Int32(String(decoding: text.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
            else { return }
            _ = kill(inner, signal)
        }
    }

    private func hasStop() -> Bool {
        stop = max(stop, signals.take())
        return stop != .none
    }

    /// Tells whoever started this process that the log has grown.
    private func tellOfLog() {
        var byte = UInt8(ascii: "\n")
        _ = unsafe write(STDOUT_FILENO, &byte, 1)
    }

    private static func drain(_ pipe: borrowing Descriptor) -> Bool {
        var bytes: [4096 of UInt8] = .init(repeating: 0)
        var hasAny = false
        while true {
            let count = unsafe read(pipe.number, &bytes, 4096)
            if count <= 0 { return hasAny }
            hasAny = true
        }
    }

    private struct Pipe: ~Copyable {
        let reading: Descriptor
        let writing: Descriptor

        consuming func takeReading() -> Descriptor { reading }
        consuming func takeWriting() -> Descriptor { writing }
    }

    private static func pipe() throws(FileError) -> Pipe {
        let ends = try Descriptor.pipe()
        return Pipe(reading: Descriptor(owning: ends.reading), writing: Descriptor(owning: ends.writing))
    }
}
