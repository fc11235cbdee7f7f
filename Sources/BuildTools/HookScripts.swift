// SPDX-License-Identifier: Apache-2.0

internal import AppSpecs
internal import Diagnostics
internal import Files
internal import Glibc
internal import Processes

/// Runs the scripts of one lifecycle event, one after the other; what they leave running goes on.
struct HookScripts {
    private let bundle: String
    private let environment: [String: String]
    private let output: ToolOutput
    /// When the event's time is up, on the monotonic clock.
    private let end: Int64

    /// How long a script has between SIGTERM and SIGKILL.
    private static let graceMilliseconds: Int64 = 5000

    /// * `bundle`: the revision that the scripts are in, where they start.
    /// * `environment`: the tool's own; of it, scripts get all but what is CodeBuild's.
    init(event: LifecycleEvent, bundle: String, environment: [String: String], output: ToolOutput) {
        self.bundle = bundle
        self.output = output
        var own = environment.filter { name, _ in
            !name.hasPrefix("CODEBUILD_") && name != BuildTool.deploymentFolderVariable && name != "OLDPWD"
        }
        own["LIFECYCLE_EVENT"] = event.rawValue
        own["PWD"] = bundle
        self.environment = own
        end = MonotonicClock.milliseconds() + Int64(LifecycleEvent.limitSeconds) * 1000
    }

    /// Runs a script to its end.
    /// - Throws: in the agent's own words where it has any.
    mutating func run(_ script: AppSpec.Script) throws(AppSpecError) {
        let location = script.location.value
        let path = "\(bundle)/\(location.drop { $0 == "/" })"
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw AppSpecError("Script does not exist at specified location: \(location)")
        }
        if status.st_mode & 0o111 != 0o111 {
            if status.st_mode & 0o111 == 0 {
                output.complain("Script at specified location: \(location) is not executable. It is made executable.")
            }
            guard unsafe chmod(path, status.st_mode & 0o7777 | 0o111) == 0 else {
                throw AppSpecError("Unable to set script at specified location: \(location) as executable")
            }
        }
        output.print("Script - \(location)")
        let account = try account(of: script, path)
        let left = max(0, end - MonotonicClock.milliseconds())
        let limit = min(Int64(script.timeoutSeconds) * 1000, left)
        let outcome: ExitStatus?
        do throws(FileError) {
            outcome = try start(path, as: account, within: limit)
        } catch {
            let reason = error.code == ENOEXEC ? "it has no interpreter line (#!)" : error.reason
            throw AppSpecError("Script at specified location: \(location) cannot be started: \(reason)")
        }
        guard let outcome else {
            throw AppSpecError(
                "Script at specified location: \(location) failed to complete in \(limit / 1000) seconds"
            )
        }
        if outcome.isSuccess { return }
        let user = script.runAs.map { " run as user \($0.value)" } ?? ""
        throw AppSpecError(
            "Script at specified location: \(location)\(user) failed with exit code \(outcome.shellCode)"
        )
    }

    /// The user of `runas`, who can reach the script; nil for who deploys.
    private func account(of script: AppSpec.Script, _ path: String) throws(AppSpecError) -> UserAccount? {
        guard let name = script.runAs else { return nil }
        let found: UserAccount?
        do throws(FileError) { found = try UserDatabase().account(name.value) } catch { throw AppSpecError("\(error)") }
        guard let account = found else {
            throw AppSpecError("\(name.location): the user `\(name.value)` of `runas` does not exist here")
        }
        if account.uid == geteuid() { return nil }
        if geteuid() != 0 {
            throw AppSpecError("\(name.location): only root can run scripts as `\(name.value)`; run Nacre as root")
        }
        do throws(UserWay.Closed) {
            try UserWay.open(to: path, for: account)
        } catch {
            throw AppSpecError(
                "\(name.location): the user `\(name.value)` cannot reach \(error.folder ?? path): \(error.reason)"
            )
        }
        return account
    }

    /// - Returns: nil when the time was up.
    private func start(
        _ path: String,
        as account: UserAccount?,
        within milliseconds: Int64
    ) throws(FileError) -> ExitStatus? {
        var own = environment
        if let account {
            for (name, value) in ["HOME": account.home, "USER": account.name, "LOGNAME": account.name] {
                own[name] = value
            }
        }
        let null = try Descriptor.open("/dev/null", O_RDONLY)
        var request = ChildProcess.Request(
            executable: path,
            arguments: [path],
            environment: own.map { "\($0.key)=\($0.value)" },
            directory: bundle,
            standard: (null.number, STDOUT_FILENO, STDERR_FILENO)
        )
        request.credentials = account?.credentials
        let child = try ChildProcess.spawn(request)
        if try Self.hasEnded(child, within: milliseconds) { return try child.wait() }
        // It leads a session: all that it has started, and that has not left it, is of its group.
        kill(-child.pid, SIGTERM)
        if try !Self.hasEnded(child, within: Self.graceMilliseconds) { kill(-child.pid, SIGKILL) }
        _ = try child.wait()
        return nil
    }

    private static func hasEnded(_ child: borrowing ChildProcess, within milliseconds: Int64) throws(FileError) -> Bool
    {
        let end = MonotonicClock.milliseconds() + milliseconds
        while true {
            let left = end - MonotonicClock.milliseconds()
            var event = pollfd(fd: child.handle.number, events: Int16(POLLIN), revents: 0)
            let count = try FileError.check("poll") { unsafe poll(&event, 1, Int32(max(0, min(left, 60_000)))) }
            if count > 0 { return true }
            if left <= 0 { return false }
        }
    }
}
