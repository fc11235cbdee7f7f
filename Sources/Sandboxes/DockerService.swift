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
    init(_ podman: Podman, folder: BuildFolder, uuid: String, stopping: () -> Bool) throws(SandboxError) {
        self.podman = podman
        self.uuid = uuid
        socket = Self.socket(in: folder)
        // The size of `sun_path` in `unix(7)`.
        if socket.utf8.count > 107 {
            throw SandboxError(.unavailable, "the path of docker's socket is too long: \(socket); use a shorter NACRE_HOME")
        }
        var errors = Tail()
        let ends: (reading: Int32, writing: Int32)
        do throws(FileError) {
            ends = try Descriptor.pipe()
        } catch {
            throw SandboxError(.unavailable, "podman's service cannot be started: \(error)")
        }
        let reading = Descriptor(owning: ends.reading)
        let writing = Descriptor(owning: ends.writing)
        _ = fcntl(reading.number, F_SETFL, O_NONBLOCK)
        do throws(FileError) {
            let null = try Descriptor.open("/dev/null", O_RDWR)
            // No descriptor of ours in its hands: it may outlive this process, killed, by a moment.
            child = try ChildProcess.spawn(
                ChildProcess.Request(
                    executable: podman.executable,
                    arguments: ["podman", "system", "service", "--time=0", "unix://\(socket)"],
                    environment: podman.environment,
                    directory: "/",
                    standard: (null.number, null.number, writing.number)
                )
            )
        } catch {
            throw SandboxError(.unavailable, "podman's service cannot be started: \(error)")
        }
        let deadline = MonotonicClock.milliseconds() + 30_000
        while !stopping(), !Self.answers(socket) {
            errors.take(from: reading.number)
            let hasEnded = (try? child.poll()) ?? nil
            if hasEnded != nil || MonotonicClock.milliseconds() > deadline {
                child.signal(SIGKILL)
                throw SandboxError(.unavailable, "podman's service does not start: \(Podman.reason(errors.text))")
            }
            usleep(2000)
        }
    }

    /// Ends the service and removes the containers that were left.
    func end() {
        child.signal(SIGTERM)
        let deadline = MonotonicClock.milliseconds() + 2000
        while (try? child.poll()) ?? nil == nil, MonotonicClock.milliseconds() < deadline { usleep(2000) }
        child.signal(SIGKILL)
        _ = try? child.wait()
        IsolationCleanUp.removeContainers(of: uuid, podman)
        _ = unsafe unlink(socket)
    }

    private static func answers(_ socket: String) -> Bool {
        UnixSocket.canConnect(socket)
    }
}
