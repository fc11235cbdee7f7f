// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Files
internal import Glibc
internal import Processes

/// A podman service that speaks docker's language on a socket in the build's folder, for as long as the build runs.
///
/// Images and layers are the machine's, so that they need not be pulled and built again; containers are the build's own, known
/// by an annotation, and are removed with it.
struct DockerService: ~Copyable {
    private let podman: Podman
    private let uuid: String
    private let socket: String
    private let child: ChildProcess

    /// The path of a build's socket.
    static func socket(in folder: BuildFolder) -> String { "\(folder.path)/docker.sock" }

    /// Starts the service and waits until it answers.
    ///
    /// * `stopping`: whether somebody wants the build to end meanwhile.
    ///
    /// - Throws: `unavailable` with podman's own reason.
    static func start(
        _ podman: Podman,
        folder: BuildFolder,
        uuid: String,
        stopping: () -> Bool
    ) throws(SandboxError) -> DockerService {
        let socket = socket(in: folder)
        // The size of `sun_path` in `unix(7)`.
        if socket.utf8.count > 107 {
            throw SandboxError(
                .unavailable,
                "the path of docker's socket is too long: \(socket); use a shorter NACRE_HOME"
            )
        }
        // A file and not a pipe, which would have to be emptied all the time.
        let words = "\(IsolationCleanUp.scratchFolder(uuid))/service.log"
        let service = try sandboxing { () throws(FileError) in
            let null = try Descriptor.open("/dev/null", O_RDWR)
            let errors = try Descriptor.open(words, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
            let child = try ChildProcess.spawn(
                ChildProcess.Request(
                    executable: podman.executable,
                    arguments: ["podman", "system", "service", "--time=0", "unix://\(socket)"],
                    environment: podman.environment,
                    directory: "/",
                    standard: (null.number, null.number, errors.number)
                )
            )
            return DockerService(podman: podman, uuid: uuid, socket: socket, child: child)
        }
        let deadline = MonotonicClock.milliseconds() + 30_000
        while !stopping(), !UnixSocket.canConnect(socket) {
            if service.hasEnded || MonotonicClock.milliseconds() > deadline {
                service.end()
                let errors = String(decoding: (try? AtomicFile.read(words, limit: 1 << 20)) ?? [], as: UTF8.self)
                throw SandboxError(.unavailable, "podman's service does not start: \(Podman.reason(errors))")
            }
            usleep(2000)
        }
        return service
    }

    private static func sandboxing<Value: ~Copyable>(
        _ body: () throws(FileError) -> Value
    ) throws(SandboxError) -> Value {
        do throws(FileError) { return try body() } catch {
            throw SandboxError(.unavailable, "podman's service cannot be started: \(error)")
        }
    }

    private var hasEnded: Bool { (try? child.poll()) ?? nil != nil }

    /// Ends the service and removes the containers that were left.
    func end() {
        child.signal(SIGTERM)
        let deadline = MonotonicClock.milliseconds() + 2000
        while !hasEnded, MonotonicClock.milliseconds() < deadline { usleep(2000) }
        child.signal(SIGKILL)
        _ = try? child.wait()
        IsolationCleanUp.removeContainers(of: uuid, podman)
        _ = unsafe unlink(socket)
    }
}
