// SPDX-License-Identifier: Apache-2.0

internal import Batches
package import Builds
package import Control
internal import Digests
internal import Files
internal import Git
internal import Glibc
internal import Processes
internal import Repositories
internal import Sandboxes
internal import WireWords
internal import Zips

/// A build of a working tree as it is, by the same supervisor that runs pushed builds; no daemon is needed.
package struct LocalBuild {
    /// What came of it.
    package struct Outcome: Sendable {
        package let build: Build
        /// Whether a signal to this process stopped it.
        package let wasInterrupted: Bool
        /// Where the folder was left; nil when it was removed.
        package let keptFolder: String?
        /// Whether its workspace is kept for a while, so that a shell can be opened there.
        package var canBeDebugged = false
        /// The failed tries before it, first to last.
        package var earlier: [Build] = []
    }

    let options: LocalBuildOptions
    let home: Home
    let launcher: BuildLauncher
    /// Takes messages for the person, a line each.
    let tell: (String) -> Void

    package init(
        _ options: LocalBuildOptions,
        home: Home,
        launcher: BuildLauncher,
        tell: @escaping (String) -> Void
    ) {
        self.options = options
        self.home = home
        self.launcher = launcher
        self.tell = tell
    }

    /// Runs the build to its end.
    ///
    /// * `output`: the descriptor that the log is written to as it grows.
    ///
    /// - Throws: `BuildError`, `FileError`, `GitError` when it cannot be run at all.
    package func run(output: Int32) throws -> Outcome {
        try checkArtifactsDirectory()
        let signals = try SignalQueue([SIGINT, SIGTERM, SIGHUP])
        var attempt = BuildRequest.Attempt(projectLimit: options.retryLimit)
        var earlier: [Build] = []
        while true {
            var outcome = try run(attempt, signals, output)
            outcome.earlier = earlier
            guard let config = outcome.build.autoRetryConfig, config.wantsRetry(after: attempt.number),
                !outcome.wasInterrupted
            else { return outcome }
            attempt.number += 1
            attempt.previous = outcome.build.id
            tell("#\(outcome.build.buildNumber) failed; retry \(attempt.number) of \(config.autoRetryLimit)")
            earlier.append(outcome.build)
        }
    }

    /// Runs one try to its end.
    private func run(_ attempt: BuildRequest.Attempt, _ signals: SignalQueue, _ output: Int32) throws -> Outcome {
        let notices = try NoticePipe()
        let running = try start(attempt, notices: notices)
        let wasInterrupted = try follow(running, notices, signals, output)
        return try finish(running, wasInterrupted: wasInterrupted)
    }

    /// Refuses a folder for artifacts that cannot be one; to be asked before the build, which may take hours.
    func checkArtifactsDirectory() throws {
        guard let directory = options.artifactsDirectory else { return }
        // The folder of an item is made with its first artifact, if it has any.
        try Folder.make(options.excludedDirectory ?? directory)
        _ = try canUnpack("artifacts", in: directory)
    }

    // MARK: - One try, in two steps

    /// Makes the folder of one try, fills it and lets its supervisor begin.
    func start(_ attempt: BuildRequest.Attempt, notices: NoticePipe) throws -> RunningBuild {
        let project = Self.projectName(of: options.directory)
        let id = BuildID.make(project: project)
        try Folder.make(home.localBuilds, mode: 0o700)
        AbandonedBuilds.remove(from: home.localBuilds)
        let again = try options.firstPhase.map { try repetition(from: $0) }
        // The same folder: what an earlier build has made often holds absolute paths.
        let folder = again?.build.folder ?? BuildFolder(path: "\(home.localBuilds)/\(id.uuid)")
        // It starts while the working tree is copied.
        let launched = try launcher.launch(folder, notices: notices.writing.number)
        do {
            let number = try LocalCounter.next(project, in: home.localBuilds)
            try again?.build.clear()
            let request = try prepare(id, number: number, attempt, again, in: folder)
            try launched.begin(request, secrets: BuildSecrets.resolve(request, in: home, file: options.secretsFile))
        } catch {
            launched.abandon()
            if again == nil { try? Folder.remove(folder.path) }
            throw error
        }
        return RunningBuild(id: id, folder: folder, launched: launched)
    }

    private func repetition(from phase: PhaseType) throws(BuildError) -> PhaseRepetition {
        try PhaseRepetition(
            from: phase,
            of: options.directory,
            isIsolated: options.isolation != .none,
            in: home
        )
    }

    /// Takes what an ended try has left, and removes its folder unless it is to be kept.
    func finish(_ running: RunningBuild, wasInterrupted: Bool) throws -> Outcome {
        let folder = running.folder
        guard var build = try BuildReader.result(of: folder) else {
            if let request = try BuildReader.request(of: folder), request.id == running.id {
                IsolationCleanUp.cleanUp(request)
            }
            _ = LostBuild.cleanUp(running.id, folder)
            throw BuildError(.system, "the build's supervisor ended without a result; its folder is \(folder.path)")
        }
        do {
            try placeArtifacts(of: &build, from: folder)
        } catch {
            try AbandonedBuilds.keep(folder)
            throw BuildError(
                .system,
                "the build \(build.buildStatus.rawValue), but its artifacts stay in \(folder.artifacts): \(error)"
            )
        }
        if options.keepsFolder {
            try AbandonedBuilds.keep(folder)
            return Outcome(build: build, wasInterrupted: wasInterrupted, keptFolder: folder.path)
        }
        if build.buildStatus == .failed, KeptWorkspaces.point(of: folder) != nil {
            AbandonedBuilds.keepForDebugging(folder, in: home.localBuilds)
            return Outcome(
                build: build,
                wasInterrupted: wasInterrupted,
                keptFolder: nil,
                canBeDebugged: options.isolation == .none
            )
        }
        try? Folder.remove(folder.path)
        // What went away with the folder has no place any more.
        build.logs.file = ""
        if options.artifactsDirectory == nil {
            build.artifacts.location = ""
            for index in build.secondaryArtifacts.indices { build.secondaryArtifacts[index].location = "" }
        }
        return Outcome(build: build, wasInterrupted: wasInterrupted, keptFolder: nil)
    }

    // MARK: - Before

    func prepare(
        _ id: BuildID,
        number: Int,
        _ attempt: BuildRequest.Attempt,
        _ again: PhaseRepetition?,
        in folder: BuildFolder
    ) throws -> BuildRequest {
        let now = Timestamp.now()
        let environment = ProcessEnvironment.current()
        let user = environment["USER"] ?? environment["LOGNAME"] ?? "local"
        var request = BuildRequest(
            id: id,
            number: number,
            initiator: user,
            source: try again?.refreshedSource(options.directory, tell: tell)
                ?? source(nil, options.directory, in: folder),
            at: now
        )
        if let again {
            request.secondarySources = again.build.request.secondarySources
            request.start = again.start
            // What is given now beats what the commands have left.
            let given = Set(options.variables.map { $0.name })
            request.start?.place.environment.removeAll { given.contains(String($0.prefix { $0 != "=" })) }
        }
        for secondary in options.secondarySources where again == nil {
            request.secondarySources.append(try source(secondary.identifier, secondary.directory, in: folder))
        }
        request.isLocal = true
        request.region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? request.region
        request.buildspec = buildspecSource()
        request.overrides = options.variables
        request.timeoutSeconds = options.timeoutSeconds
        request.attempt = attempt
        // What a build in the working tree itself makes is there for the next one anyway, and is not to be overwritten.
        if options.keepsCache, !options.isInPlace {
            request.cache = home.cache(of: Self.cacheName(of: options.directory))
        }
        request.isDebug = options.isDebug
        request.keepsWorkspace = options.keepsFolder
        request.workingTree = options.directory
        request.machineEnvironment = MachineEnvironment.pick(from: environment)
        request.isolation = options.isolation
        request.limits = options.limits
        request.isPrivileged = options.isPrivileged
        if let batch = options.batch { batch.item.apply(to: &request, batch: batch.id) }
        return request
    }

    private func source(
        _ identifier: String?,
        _ directory: String,
        in folder: BuildFolder
    ) throws -> BuildRequest.Source {
        let tree = try WorkingTree.read(directory)
        let target = options.isInPlace ? directory : folder.source(identifier)
        if !options.isInPlace {
            try Folder.make(target)
            var copy = TreeCopy(from: directory, to: target)
            var skipped: [String] = []
            // What an earlier run has made is not part of the next one's source.
            let made = (options.excludedDirectory ?? options.artifactsDirectory).map { $0 + "/" }
            for path in tree.files where !(made.map("\(directory)/\(path)".hasPrefix) ?? false) {
                if try !copy.copy(path) { skipped.append(path) }
            }
            if let first = skipped.first {
                let others = skipped.count == 1 ? "" : " and \(skipped.count - 1) more"
                tell("not copied, as it is neither a file nor a symlink: \(first)\(others)")
            }
            if let first = tree.unnamed.first {
                let others = tree.unnamed.count == 1 ? "" : " and \(tree.unnamed.count - 1) more"
                tell("not copied, as the name is not UTF-8: \(first)\(others)")
            }
            if tree.untracked > 0, tree.head?.commit != nil {
                tell("\(tree.untracked) untracked \(tree.untracked == 1 ? "file" : "files") included")
            }
        }
        return BuildRequest.Source(
            identifier: identifier,
            directory: target,
            type: tree.head == nil ? "NO_SOURCE" : "CODECOMMIT",
            location: tree.head?.remoteURL ?? directory,
            version: tree.head?.branch ?? tree.head?.commit?.hex ?? "",
            resolvedVersion: tree.head?.commit?.hex
        )
    }

    /// A path as seen from here, then as seen from the working tree; a text with a line break, or that begins as a buildspec
    /// does, is the buildspec itself.
    func buildspecSource() -> BuildRequest.BuildspecSource {
        guard let given = options.buildspec else { return .file("buildspec.yml") }
        let start = given.drop { $0 == " " || $0 == "\n" || $0 == "\t" }
        if given.contains("\n") || start.hasPrefix("{") || start.hasPrefix("version:") { return .inline(given) }
        guard let path = Paths.absolute(given), Folder.exists(path) else { return .file(given) }
        let root = options.directory + "/"
        return .file(path.hasPrefix(root) && !options.isInPlace ? String(path.dropFirst(root.count)) : path)
    }

    /// The name under which a working tree's cache is kept: that of its folder, and a sum over its whole path.
    private static func cacheName(of directory: String) -> String {
        let sum = SHA256Digest(of: Array(directory.utf8)).hex.prefix(12)
        return "local-\(projectName(of: directory))-\(sum)"
    }

    /// The folder's name with only the characters that CodeBuild allows in a project's.
    static func projectName(of directory: String) -> String {
        let last = directory.split(separator: "/").last ?? "build"
        let name = last.unicodeScalars.map { scalar -> Character in
            let isAllowed =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_")
            return isAllowed ? Character(scalar) : "-"
        }
        return String(name.prefix(100))
    }

    // MARK: - Meanwhile

    /// Copies the log as it grows until the supervisor has ended, and passes on a wish to stop.
    private func follow(
        _ running: RunningBuild,
        _ notices: NoticePipe,
        _ signals: SignalQueue,
        _ output: Int32
    ) throws(FileError) -> Bool {
        let pauses = options.isDebug ? PauseWatcher(running.folder) : nil
        let terminal = BorrowedOutput(output)
        var stops = 0
        var hasEnded = false
        var events = [
            pollfd(fd: notices.reading.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: running.handle, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.descriptor.number, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            // Taken before the log is read: what is written after that is told again.
            notices.drain()
            let hasMore = try running.readLog { terminal.write($0) }
            if hasEnded, !hasMore { return stops > 0 }
            if hasEnded { continue }
            if let pauses, try pauses.takePause() {
                // The log up to the pause was written before the pause was told.
                _ = try running.readLog { terminal.write($0) }
                if !HeldBuild(folder: running.folder, tell: tell).visit() {
                    stops += 1
                    running.signal(SIGTERM)
                }
                continue
            }
            if events[1].revents != 0, try running.hasEnded() {
                // One more look at the log finds the rest.
                hasEnded = true
                continue
            }
            try FileError.check("poll") { unsafe poll(&events, 3, -1) }
            while events[2].revents != 0, signals.next() != nil {
                stops += 1
                tell(stops == 1 ? "stopping the build; once more kills it at once" : "killing the build")
                running.signal(stops == 1 ? SIGTERM : SIGINT)
            }
        }
    }

    // MARK: - Afterwards

    private func placeArtifacts(of build: inout Build, from folder: BuildFolder) throws {
        guard let directory = options.artifactsDirectory else { return }
        try place(&build.artifacts, of: folder, as: "artifacts", in: directory)
        for index in build.secondaryArtifacts.indices {
            let name = build.secondaryArtifacts[index].artifactIdentifier ?? "secondary"
            try place(&build.secondaryArtifacts[index], of: folder, as: name, in: directory)
        }
    }

    /// Refuses to unpack where somebody else's files are.
    ///
    /// A folder beside the zip of its name is an earlier run's and may be replaced; any other is not.
    ///
    /// - Returns: whether there is one to replace.
    private func canUnpack(_ name: String, in directory: String) throws(BuildError) -> Bool {
        let unpacked = "\(directory)/\(name)"
        guard options.unpacksArtifacts, Folder.exists(unpacked) else { return false }
        if Folder.exists("\(unpacked).zip") { return true }
        if let names = try? DirectoryListing.names(of: unpacked), names.isEmpty { return false }
        throw BuildError(
            .refused,
            "\(unpacked) is there already and not from an earlier run; name another folder with `-a`"
        )
    }

    private func place(
        _ artifacts: inout Build.Artifacts,
        of folder: BuildFolder,
        as name: String,
        in directory: String
    ) throws {
        if artifacts.location.isEmpty { return }
        guard let zip = folder.zip(of: artifacts) else {
            throw BuildError(.refused, "\(folder.result) tells of an artifact that cannot be one")
        }
        // What a command has put there instead is not moved.
        _ = try ForeignFile.open(zip)
        let target = "\(directory)/\(name).zip"
        let isReplacing = try canUnpack(name, in: directory)
        try Folder.make(directory)
        try FileMove.move(zip, to: target)
        artifacts.location = target
        if options.unpacksArtifacts {
            let unpacked = "\(directory)/\(name)"
            if isReplacing { try Folder.remove(unpacked) }
            try Folder.make(unpacked)
            try ZipArchive(target).unpack(to: unpacked)
        }
    }
}
