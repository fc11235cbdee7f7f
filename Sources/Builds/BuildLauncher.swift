// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc
internal import JSON
package import Processes

/// Starts supervisors: the one way in which a build begins, from the daemon and from `nacre build` alike.
package struct BuildLauncher: Sendable {
    /// Absolute path of `nacre-supervisor`.
    package let executable: String

    /// Variables of the launcher that a supervisor needs for the programs around a build, such as podman; no command gets
    /// them.
    package static let passedVariables: Set<String> = [
        "CONTAINERS_CONF", "CONTAINERS_REGISTRIES_CONF", "CONTAINERS_STORAGE_CONF", "DBUS_SESSION_BUS_ADDRESS", "HOME",
        "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "REGISTRY_AUTH_FILE", "USER", "XDG_RUNTIME_DIR", "http_proxy",
        "https_proxy", "no_proxy",
    ]

    package init(executable: String) {
        self.executable = executable
    }

    /// A supervisor that has started and waits to be told that its folder is ready.
    package struct Launched: ~Copyable, Sendable {
        /// The supervisor; its end is the build's end.
        package let supervisor: ChildProcess
        private let folder: BuildFolder
        private let gate: Descriptor

        fileprivate init(supervisor: consuming ChildProcess, folder: BuildFolder, gate: consuming Descriptor) {
            self.supervisor = supervisor
            self.folder = folder
            self.gate = gate
        }

        /// Ends the supervisor, which has not begun, and waits until it is gone and its lock free.
        package consuming func abandon() {
            supervisor.signal(SIGKILL)
            _ = try? supervisor.wait()
        }

        /// Gives up the rest for the supervisor's pidfd.
        package consuming func releaseHandle() -> Descriptor {
            supervisor.releaseHandle()
        }

        /// Writes the request and lets the supervisor begin.
        ///
        /// If it is never called the supervisor ends without a result.
        ///
        /// * `secrets`: handed over by the pipe, and kept in no file.
        package func begin(_ request: BuildRequest, secrets: SecretValues = SecretValues()) throws(BuildError) {
            do {
                // A power cut may have kept the log of a beginning, and nothing else of it.
                _ = unsafe unlink(folder.log)
                try AtomicFile.write(JSONText.encode(request), to: folder.request)
                try gate.writeAll(try BuildGate.message(secrets))
            } catch {
                throw BuildError(.system, "\(folder.request) cannot be written: \(error)")
            }
        }
    }

    /// Makes the folder and starts its supervisor, which waits: its start and the preparation of the workspace overlap.
    /// - Parameters:
    ///   - folder: where the build is to be; made here.
    ///   - errors: where the supervisor's own messages go, should it have any.
    ///   - notices: a non-blocking pipe into which it writes a byte when its log has grown; borrowed for the call.
    /// - Returns: the supervisor, and the means to let it begin.
    /// - Throws: `BuildError` with `taken` when another supervisor has the folder.
    package func launch(
        _ folder: BuildFolder,
        errors: Int32 = STDERR_FILENO,
        notices: Int32? = nil
    ) throws(BuildError) -> Launched {
        do throws(FileError) {
            try Folder.make(folder.workspace)
            // Taken here and inherited, so that there is no moment in which a live build looks dead.
            guard let lock = try FileLock.take(folder.lock) else {
                throw FileError(code: EBUSY, function: "fcntl", path: folder.lock)
            }
            let ends = try Descriptor.pipe()
            let reading = Descriptor(owning: ends.reading)
            let writing = Descriptor(owning: ends.writing)
            let null = try Descriptor.open("/dev/null", O_WRONLY)
            let child = try ChildProcess.spawn(
                ChildProcess.Request(
                    executable: executable,
                    arguments: ["nacre-supervisor", folder.path],
                    environment: Self.environment(),
                    directory: folder.path,
                    standard: (reading.number, notices ?? null.number, errors),
                    inherited: lock.descriptor.number
                )
            )
            // It waits for its request, so no command of the build runs before.
            if let limit = StandardDescriptors.limitBeforeRaise { child.limitFiles(to: limit) }
            return Launched(supervisor: child, folder: folder, gate: writing)
        } catch {
            let code: BuildError.Code = error.code == EBUSY ? .taken : .system
            throw BuildError(code, "the build's supervisor cannot be started: \(error)")
        }
    }

    private static func environment() -> [String] {
        let passed = ProcessEnvironment.current().filter { passedVariables.contains($0.key) }
        return ["PATH=/usr/bin:/bin"] + passed.map { "\($0.key)=\($0.value)" }
    }
}
