// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc
internal import Processes

// The processes of environments, which nobody owns.
extension EnvironmentStore {
    /// Starts the process of every environment that should have one and has not.
    ///
    /// Cheap where nothing is to be done.
    /// - Returns: the names of those whose process was started.
    /// - Throws: why one could not be, when the others have been.
    @discardableResult
    package func resume() throws(EnvironmentsError) -> [String] {
        var started: [String] = []
        var failure: EnvironmentsError?
        for name in try names() where !FileLock.isHeld(folder(name).lock) {
            do throws(EnvironmentsError) {
                guard let desired = try JSONFile.read(EnvironmentRequest.self, folder(name).desired) else { continue }
                if !desired.runs, state(name).settled >= desired.number { continue }
                try ensureProcess(name)
                started.append(name)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return started
    }

    /// Starts an environment's process, unless it lives.
    ///
    /// It becomes nobody's child, and leads a session of its own.
    /// - Throws: `system`.
    func ensureProcess(_ name: String) throws(EnvironmentsError) {
        let folder = folder(name)
        let program = try program
        do throws(FileError) {
            // Taken here and inherited, so that there is no moment in which a live process looks dead.
            guard let lock = try FileLock.take(folder.lock) else { return }
            let null = try Descriptor.open("/dev/null", O_RDWR)
            let errors = try Descriptor.open(folder.log, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
            let child = try ChildProcess.spawn(
                ChildProcess.Request(
                    executable: program,
                    arguments: ["nacre-environment", "--detach", folder.path],
                    environment: ApplicationEnvironment.ofCaller(),
                    directory: folder.path,
                    standard: (null.number, null.number, errors.number),
                    inherited: lock.descriptor.number
                )
            )
            let status = try child.wait()
            if status.isSuccess { return }
        } catch {
            throw EnvironmentsError(.system, "the process of environment \(name) cannot be started: \(error)")
        }
        throw EnvironmentsError(
            .system,
            "the process of environment \(name) cannot be started; what it said is in \(folder.log)"
        )
    }

    /// Makes an environment's files say nothing of processes: those that they name belong to whoever they were copied from.
    package func forgetProcesses(_ name: String) throws(EnvironmentsError) {
        guard var state = try? JSONFile.read(EnvironmentState.self, folder(name).state) else { return }
        state.processes = []
        state.containers = []
        state.owner = nil
        state.running?.port = nil
        try JSONFile.write(state, folder(name).state)
    }
}
