// SPDX-License-Identifier: Apache-2.0

package import Batches
package import Builds
package import Control
internal import Diagnostics
internal import Files
internal import Glibc
internal import Processes
internal import WireWords

/// A batch build of a working tree: each item is a build in a folder of its own, several at the same time.
///
/// One thread looks after all of them: it copies the logs, a line at a time with the item's identifier before it, and starts
/// what may start.
package final class LocalBatch {
    /// What came of it.
    package struct Outcome: Sendable {
        package let batch: BuildBatch
        /// Nil where the buildspec has no batch that can be run.
        package let plan: BatchPlan?
        /// Of each identifier all builds, earlier attempts first.
        package let builds: [String: [Build]]
        /// What is wrong with the buildspec, rendered for a person; empty where nothing is.
        package let problems: String
        /// Whether a signal to this process stopped it.
        package let wasInterrupted: Bool
        /// Folders that were left where they are.
        package let keptFolders: [String]
    }

    private let options: LocalBatchOptions
    private let home: Home
    private let launcher: BuildLauncher
    private let tell: (String) -> Void
    private var toldLines: Set<String> = []

    private let id: BuildID
    private var batch: BuildBatch
    private var machine = BatchMachine(BatchPlan(items: []))
    /// What may start as soon as there is room.
    private var queue: [String] = []
    private var running: [RunningItem] = []
    private var builds: [String: [Build]] = [:]
    private var keptFolders: [String] = []
    private var stops = 0

    /// One item that runs.
    private struct RunningItem {
        let identifier: String
        let build: LocalBuild
        let attempt: BuildRequest.Attempt
        let process: RunningBuild
        var lines: PrefixedLines
    }

    /// - Parameters:
    ///   - options: what to build.
    ///   - home: where the folders of local builds are.
    ///   - launcher: starts supervisors.
    ///   - tell: takes messages for the person, a line each.
    package init(
        _ options: LocalBatchOptions,
        home: Home,
        launcher: BuildLauncher,
        tell: @escaping (String) -> Void
    ) {
        self.options = options
        self.home = home
        self.launcher = launcher
        self.tell = tell
        let environment = ProcessEnvironment.current()
        id = BuildID.make(project: LocalBuild.projectName(of: options.build.directory))
        batch = BuildBatch(
            id: id,
            number: 0,
            initiator: environment["USER"] ?? environment["LOGNAME"] ?? "local",
            source: Build.Source(type: "NO_SOURCE", location: options.build.directory),
            combinesArtifacts: options.combinesArtifacts,
            at: .now()
        )
    }

    /// What the batch would build, without building anything.
    /// - Returns: the plan, nil where there is none that can be run; what is wrong with the buildspec, rendered for a person.
    package func explain() throws -> (plan: BatchPlan?, refusal: BatchReading.Refusal?, problems: String) {
        let (reading, problems) = try readBatch()
        switch reading {
        case .success(let plan): return (plan, nil, problems)
        case .failure(let refusal): return (nil, refusal, problems)
        }
    }

    /// Runs the batch to its end; to be called once.
    ///
    /// * `output`: the descriptor that the logs are written to as they grow.
    ///
    /// - Throws: `BuildError`, `FileError` when it cannot be run at all.
    package func run(output: Int32) throws -> Outcome {
        let signals = try SignalQueue([SIGINT, SIGTERM, SIGHUP])
        try Folder.make(home.localBuilds, mode: 0o700)
        batch.buildBatchNumber = try LocalCounter.next("\(id.project).batch", in: home.localBuilds)
        batch.begin(.downloadBatchspec, at: .now())
        let (reading, problems) = try readBatch()
        let plan: BatchPlan
        switch reading {
        case .success(let found): plan = found
        case .failure(let refusal):
            let context = Build.Phase.Context(statusCode: refusal.statusCode, message: refusal.message)
            batch.end(.failed, at: .now(), context: context)
            return outcome(nil, problems)
        }
        machine = BatchMachine(plan)
        tellOfImages(plan)
        for item in plan.items { try localBuild(item).checkArtifactsDirectory() }
        batch.begin(.inProgress, at: .now())
        try perform(machine.apply(.began), plan)
        try loop(plan, signals, BorrowedOutput(output))
        try end()
        return outcome(plan, problems)
    }

    private func outcome(_ plan: BatchPlan?, _ problems: String) -> Outcome {
        batch.update(machine, builds: builds)
        return Outcome(
            batch: batch,
            plan: plan,
            builds: builds,
            problems: problems,
            wasInterrupted: stops > 0,
            keptFolders: keptFolders
        )
    }

    /// Combines the artifacts where that is wanted, and ends the batch.
    private func end() throws {
        var status = machine.verdict ?? .fault
        var context: Build.Phase.Context?
        if options.combinesArtifacts, status == .succeeded, let directory = options.build.artifactsDirectory {
            batch.begin(.combineArtifacts, at: .now())
            do {
                let last = machine.plan.items.compactMap { item in
                    builds[item.identifier]?.last.map { (item.identifier, $0) }
                }
                batch.artifacts = try CombinedArtifacts.write(last, to: "\(directory)/combined.zip")
            } catch {
                status = .failed
                context = Build.Phase.Context(statusCode: "CLIENT_ERROR", message: "\(error)")
                tell("the artifacts cannot be combined: \(error)")
            }
        }
        batch.end(status, at: .now(), context: context)
    }

    // MARK: - Before

    private func readBatch() throws -> (Result<BatchPlan, BatchReading.Refusal>, problems: String) {
        let bytes: [UInt8]
        let name: String
        switch LocalBuild(options.build, home: home, launcher: launcher, tell: tell).buildspecSource() {
        case .inline(let text):
            bytes = Array(text.utf8)
            name = "buildspec.yml"
        case .file(let path):
            name = path
            let absolute = path.hasPrefix("/") ? path : "\(options.build.directory)/\(path)"
            do throws(FileError) {
                bytes = try AtomicFile.read(absolute, limit: 16 << 20)
            } catch {
                let message =
                    error.code == ENOENT && path == "buildspec.yml"
                    ? "YAML file does not exist" : "stat \(absolute): \(error.reason.lowercased())"
                return (.failure(BatchReading.Refusal(statusCode: "YAML_FILE_ERROR", message: message)), "")
            }
        }
        let reading = BatchReading(bytes, file: name)
        return (reading.plan, DiagnosticRenderer(source: bytes).render(reading.diagnostics))
    }

    /// Says what of the plan has no effect, as these builds run in no image.
    private func tellOfImages(_ plan: BatchPlan) {
        if case .image = options.build.isolation { return }
        guard let image = plan.items.lazy.compactMap(\.image).first else { return }
        tell("`image` of the batch (\(image)) has no effect without `--image`: the builds run on this machine")
    }

    /// The build of one item: what all have in common, and what is its own.
    private func localBuild(_ item: BatchPlan.Item) -> LocalBuild {
        var options = options.build
        options.batch = (id, item)
        options.excludedDirectory = options.artifactsDirectory
        options.artifactsDirectory = options.artifactsDirectory.map { "\($0)/\(item.identifier)" }
        // What a person says on the command line beats what the batch says.
        options.variables = item.variables(beatenBy: options.variables)
        return LocalBuild(options, home: home, launcher: launcher) { [self] line in
            // Every item would say the same of the working tree.
            if toldLines.insert(line).inserted { tell(line) }
        }
    }

    // MARK: - Meanwhile

    private func loop(_ plan: BatchPlan, _ signals: SignalQueue, _ output: BorrowedOutput) throws {
        let notices = try NoticePipe()
        while machine.verdict == nil {
            while running.count < options.jobs, !queue.isEmpty {
                let identifier = queue.removeFirst()
                guard let item = plan.item(identifier) else { continue }
                let attempt = BuildRequest.Attempt(projectLimit: options.build.retryLimit)
                try start(identifier, localBuild(item), attempt, notices, plan)
            }
            notices.drain()
            try copyLogs(output)
            if try takeEnded(notices, plan, output) { continue }
            if machine.verdict != nil { return }
            try wait(for: signals, notices)
            while signals.next() != nil { try stop(plan) }
        }
    }

    private func copyLogs(_ output: BorrowedOutput) throws(FileError) {
        for index in running.indices {
            _ = try running[index].process.readLog { output.write(running[index].lines.take($0)[...]) }
        }
    }

    private func wait(for signals: SignalQueue, _ notices: NoticePipe) throws(FileError) {
        var events = [notices.reading.number, signals.descriptor.number].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        events += running.map { pollfd(fd: $0.process.handle, events: Int16(POLLIN), revents: 0) }
        let count = nfds_t(events.count)
        try FileError.check("poll") { unsafe poll(&events, count, -1) }
    }

    private func stop(_ plan: BatchPlan) throws {
        stops += 1
        tell(stops == 1 ? "stopping the batch; once more kills it at once" : "killing the batch")
        if stops == 1 { try perform(machine.apply(.stopRequested), plan) }
        if stops > 1 { for item in running { item.process.signal(SIGINT) } }
    }

    // MARK: - Items

    private func start(
        _ identifier: String,
        _ build: LocalBuild,
        _ attempt: BuildRequest.Attempt,
        _ notices: NoticePipe,
        _ plan: BatchPlan
    ) throws {
        do {
            let process = try build.start(attempt, notices: notices)
            let lines = PrefixedLines(prefix: "[\(identifier)] ")
            running.append(
                RunningItem(identifier: identifier, build: build, attempt: attempt, process: process, lines: lines)
            )
            try perform(machine.apply(.started(identifier)), plan)
        } catch {
            tell("[\(identifier)] \(error)")
            try perform(machine.apply(.ended(identifier, .fault)), plan)
        }
    }

    /// Takes in what has ended.
    /// - Returns: whether anything had.
    private func takeEnded(_ notices: NoticePipe, _ plan: BatchPlan, _ output: BorrowedOutput) throws -> Bool {
        var ended: [RunningItem] = []
        for index in running.indices.reversed() where try running[index].process.hasEnded() {
            ended.append(running.remove(at: index))
        }
        for var item in ended.reversed() {
            _ = try item.process.readLog { output.write(item.lines.take($0)[...]) }
            output.write(item.lines.finish()[...])
            try end(item, notices, plan)
        }
        return !ended.isEmpty
    }

    private func end(_ item: RunningItem, _ notices: NoticePipe, _ plan: BatchPlan) throws {
        let isStopping = machine.standing(item.identifier)?.isActive != true || isStopped
        let outcome: LocalBuild.Outcome
        do {
            outcome = try item.build.finish(item.process, wasInterrupted: stops > 0)
        } catch {
            tell("[\(item.identifier)] \(error)")
            return try perform(machine.apply(.ended(item.identifier, .fault)), plan)
        }
        builds[item.identifier, default: []].append(outcome.build)
        if let folder = outcome.keptFolder { keptFolders.append(folder) }
        if !isStopping, let config = outcome.build.autoRetryConfig, config.wantsRetry(after: item.attempt.number) {
            var attempt = item.attempt
            attempt.number += 1
            attempt.previous = outcome.build.id
            tell(
                "[\(item.identifier)] #\(outcome.build.buildNumber) failed;"
                    + " retry \(attempt.number) of \(config.autoRetryLimit)"
            )
            return try start(item.identifier, item.build, attempt, notices, plan)
        }
        try perform(machine.apply(.ended(item.identifier, outcome.build.buildStatus)), plan)
    }

    /// Whether items have been told to stop.
    private var isStopped: Bool { hasStoppedItems || stops > 0 }
    private var hasStoppedItems = false

    private func perform(_ effects: [BatchMachine.Effect], _ plan: BatchPlan) throws {
        for effect in effects {
            switch effect {
            case .start(let identifiers): queue += identifiers
            case .stop(let identifiers):
                hasStoppedItems = true
                for item in running where identifiers.contains(item.identifier) { item.process.signal(SIGTERM) }
                let unstarted = queue.filter { identifiers.contains($0) }
                queue.removeAll { identifiers.contains($0) }
                for identifier in unstarted { try perform(machine.apply(.ended(identifier, .stopped)), plan) }
            case .finish: break
            }
        }
    }
}
