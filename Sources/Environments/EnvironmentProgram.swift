// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// What `nacre-environment` does.
package enum EnvironmentProgram {
    /// Serves the environment of a folder until it is stopped; a second one on the same folder returns at once.
    ///
    /// Call it on the main thread before any other has been started.
    ///
    /// * `arguments`: `FOLDER`, or what `EnvironmentStore` starts it with.
    ///
    /// - Returns: the exit code.
    package static func run(_ arguments: [String]) -> Int32 {
        guard let path = arguments.last, path.hasPrefix("/"), arguments.count <= 2 else {
            say("nacre-environment is started by nacre; use `nacre env`")
            return 2
        }
        let folder = EnvironmentFolder(path: Paths.normalized(path))
        do {
            switch arguments.count == 2 ? arguments[0] : "" {
            case "--detach":
                try detach(folder)
            case "--locked":
                _ = fcntl(3, F_SETFD, FD_CLOEXEC)
                try serve(folder, FileLock(inherited: 3))
            case "":
                guard let lock = try FileLock.take(folder.lock) else { return 0 }
                try serve(folder, lock)
            default: return 2
            }
            return 0
        } catch {
            say("\(WallClock.text(WallClock.milliseconds())) nacre: \(error)")
            return 4
        }
    }

    /// Starts the process proper as nobody's child; the lock, descriptor 3, goes over to it.
    private static func detach(_ folder: EnvironmentFolder) throws {
        let own = Paths.real("/proc/self/exe") ?? "/proc/self/exe"
        _ = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: own,
                arguments: ["nacre-environment", "--locked", folder.path],
                environment: ApplicationEnvironment.ofCaller(),
                directory: folder.path,
                standard: (STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO),
                inherited: 3
            )
        )
    }

    private static func serve(_ folder: EnvironmentFolder, _ lock: consuming FileLock) throws {
        try? lock.write("\(getpid())\n")
        lock.keepUntilExit()
        let signals = try SignalQueue([SIGTERM, SIGINT, SIGCHLD])
        SignalQueue.ignoreBrokenPipes()
        StandardDescriptors.raiseLimit()
        try ProcessTree.becomeSubreaper()
        repeat {
            try EnvironmentServer(folder, hearing: signals).run()
            // Somebody may have asked for a start just when it had stopped.
        } while isWanted(folder)
    }

    private static func isWanted(_ folder: EnvironmentFolder) -> Bool {
        guard let desired = try? JSONFile.read(EnvironmentRequest.self, folder.desired), desired.runs,
            let state = try? JSONFile.read(EnvironmentState.self, folder.state)
        else { return false }
        return state.status == .terminated && desired.number > state.settled
    }

    private static func say(_ line: String) {
        BorrowedOutput.standardError.write(line + "\n")
    }
}
