// SPDX-License-Identifier: Apache-2.0

package import Builds
package import Control
internal import DebugShells
internal import Files
internal import Glibc
internal import Processes
package import Secrets
internal import Terminals
internal import WireWords

/// A person's visit to a build, while it is held or after it has failed: `nacre debug`.
package struct DebugSession {
    private let home: Home
    private let terminal: String
    /// Takes messages for the person.
    private let tell: (String) -> Void
    /// Values that go before the store's.
    private let secrets: SecretsFile?

    /// * `terminal`: the kind of the person's terminal, `TERM`.
    /// * `secrets`: values that go before the store's, for a build that is over.
    package init(
        home: Home,
        terminal: String,
        secrets: SecretsFile? = nil,
        tell: @escaping (String) -> Void
    ) {
        self.home = home
        self.terminal = terminal
        self.secrets = secrets
        self.tell = tell
    }

    /// The local build that is meant.
    ///
    /// * `name`: nil for the last failed one of the working tree.
    ///
    /// - Returns: nil when there is none.
    package func localBuild(_ name: String?, workingTree: String) -> KeptBuild? {
        if let name { return KeptBuild.find(name, in: home) }
        let running = KeptBuild.all(in: home).first {
            $0.request.workingTree == workingTree && FileLock.isHeld($0.folder.lock)
                && Folder.exists($0.folder.debugSocket)
        }
        return running ?? KeptBuild.last(of: workingTree, in: home)
    }

    /// Opens a shell in a build.
    /// - Returns: the shell's exit status; 0 when the build went on meanwhile.
    /// - Throws: `BuildError`, `DebugShellError`, `FileError` when there is none to be had.
    package func open(_ folder: BuildFolder) throws -> Int32 {
        guard let request = try BuildReader.request(of: folder) else {
            throw BuildError(.badFolder, "the build's folder \(folder.path) has been removed")
        }
        let name = "\(request.id.project)#\(request.number)"
        if FileLock.isHeld(folder.lock), try BuildReader.result(of: folder) == nil {
            return try visit(folder, request, name)
        }
        guard let point = KeptWorkspaces.point(of: folder) else {
            throw BuildError(.refused, "the workspace of \(name) is not kept: \(reason(folder))")
        }
        return try revive(folder, request, point, name)
    }

    /// Lets a held build go on.
    package func resume(_ folder: BuildFolder) throws -> Int32 {
        try client(folder).ask(DebugHello(.resume))
    }

    // MARK: - While it runs

    private func visit(_ folder: BuildFolder, _ request: BuildRequest, _ name: String) throws -> Int32 {
        let outcome = try client(folder).runShell(kind: terminal)
        switch outcome {
        case .resumed: return 0
        case .interrupted(let signal): return 128 + signal
        case .ended(let status):
            // Asked anew: somebody else may have let it go on.
            if PauseWatcher.isPaused(folder) {
                tell("\(name) is still held; `nacre debug \(name) --resume` lets it go on")
            }
            return status
        }
    }

    private func client(_ folder: BuildFolder) throws -> DebugShellClient {
        guard Folder.exists(folder.debugSocket) else {
            if let build = try BuildReader.result(of: folder) {
                throw BuildError(.refused, "\(build.projectName)#\(build.buildNumber) is over")
            }
            throw BuildError(
                .refused,
                "debugging is off for this build; it is on with `nacre build --debug`, `git push -o nacre.debug` or the "
                    + "project's setting `debug`"
            )
        }
        return try DebugShellClient(folder.debugSocket, tell: tell)
    }

    // MARK: - Afterwards

    private func reason(_ folder: BuildFolder) -> String {
        guard let build = try? BuildReader.result(of: folder) else { return "it never ended" }
        if build.buildStatus != .failed { return "it did not fail, it \(build.buildStatus.rawValue)" }
        return "it failed before its first command, or too long ago"
    }

    private func revive(
        _ folder: BuildFolder,
        _ request: BuildRequest,
        _ point: DebugPoint,
        _ name: String
    ) throws -> Int32 {
        switch request.isolation {
        case .none: break
        case .sandbox:
            throw BuildError(
                .refused,
                "\(name) ran in a sandbox, which is gone; debug it while it runs, with `--debug`"
            )
        case .image(let image, _):
            throw BuildError(
                .refused,
                "\(name) ran in a container of \(image), which is gone; debug it while it runs, with `--debug`"
            )
        }
        // Nobody may remove the workspace meanwhile, or build in it.
        guard let lock = try FileLock.take(folder.lock) else {
            throw BuildError(.taken, "somebody else is in \(name) already")
        }
        defer { _ = lock.descriptor.number }
        // They are in no file of the build, so they are taken from the store anew.
        let values = BuildSecrets.resolve(request, in: home, file: secrets)
        var environment = point.place.environment
        var missing: [String] = []
        for name in point.place.withheld {
            if let value = values[name]?.value {
                environment.append("\(name)=\(value)")
            } else {
                missing.append(name)
            }
        }
        var advice = ["  leave      exit"]
        if !missing.isEmpty {
            advice.insert("  left out   \(missing.joined(separator: ", ")): their values contain secrets", at: 0)
        }
        if request.isLocal, let phase = point.starts.last(where: { $0.phase == point.phase })?.phase {
            advice.append("  again      nacre build --from \(Self.phaseName(phase))")
        }
        let plan = DebugShellPlan(
            build: name,
            phase: point.phase.rawValue,
            command: point.command,
            exitStatus: point.exitStatus,
            shell: point.shell,
            directory: point.place.directory,
            environment: environment,
            credentials: try credentials(point, name),
            advice: advice
        )
        return try run(plan)
    }

    /// Who the failed command ran as; nil: who this process is.
    private func credentials(_ point: DebugPoint, _ name: String) throws -> Credentials? {
        guard let user = point.user, let account = try UserDatabase().account(user), account.uid != geteuid() else {
            return nil
        }
        guard geteuid() == 0 else {
            throw BuildError(.refused, "the command of \(name) ran as \(user), which only root can become")
        }
        return account.credentials
    }

    private func run(_ plan: DebugShellPlan) throws -> Int32 {
        let hasPrompt = RawMode.isTerminal(STDIN_FILENO) && RawMode.isTerminal(STDOUT_FILENO)
        let shared = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : home.localBuilds
        let files = "\(shared)/nacre-debug-\(getpid())"
        defer { try? Folder.remove(files) }
        let launch = try plan.launch(files: files, hasPrompt: hasPrompt)
        if !launch.greeting.isEmpty { tell(launch.greeting) }
        // The terminal's keys are the shell's; this process only waits for it.
        _ = try SignalQueue([SIGINT, SIGQUIT, SIGTSTP])
        var request = ChildProcess.Request(
            executable: launch.executable,
            arguments: launch.arguments,
            environment: launch.environment + ["TERM=\(terminal)"],
            directory: launch.directory,
            standard: (STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO),
            startsSession: false
        )
        request.credentials = launch.credentials
        return try ChildProcess.spawn(request).wait().shellCode
    }

    /// The phase's name in a buildspec and on the command line.
    private static func phaseName(_ phase: PhaseType) -> String { phase.rawValue.lowercased() }
}
