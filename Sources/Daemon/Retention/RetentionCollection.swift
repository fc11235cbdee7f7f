// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Control
internal import Files
internal import Journals
internal import Retention
internal import WireWords

/// One look at everything, and what follows from it.
struct RetentionCollection: Sendable {
    /// How much is done between two commits.
    private static let chunk = 50
    /// How many builds and executions a report names.
    private static let namedCount = 1000
    /// What the journal has beside builds and executions is kept for so long.
    private static let rowMilliseconds: Int64 = 90 * 24 * 3600 * 1000

    private let parts: RetentionService.Parts
    private let rules: RetentionRules
    private let work: RetentionWork
    private let thread: BlockingQueue

    var isDryRun = false
    /// Only what is of this project or pipeline.
    var project: String?
    /// Whether to look for what belongs to nothing, too.
    var isThorough = false

    init(
        _ parts: RetentionService.Parts,
        _ rules: RetentionRules,
        _ work: RetentionWork,
        _ thread: BlockingQueue
    ) {
        self.parts = parts
        self.rules = rules
        self.work = work
        self.thread = thread
    }

    /// What was found, and what is to become of it.
    private struct Outlook: Sendable {
        var found: RetentionScan.Found
        var plan: RetentionPlan
        /// The steps of the plan that are wanted.
        var steps: [RetentionPlan.Step]
        /// Names for the report, as many as it shows.
        var names: [String]
        var strayFolders: [String] = []
        /// Folders of builds that the journal should know.
        var unknownBuilds: [String] = []
        var strayArtifacts: [(digest: String, size: Int64)] = []
    }

    func run() async throws -> RetentionReport {
        var report = RetentionReport(isDryRun: isDryRun, rules: rules)
        // What an earlier daemon began.
        if !isDryRun { try await finishMarked(&report) }
        let outlook = try await look()
        describe(outlook, &report)
        if isDryRun {
            for stray in outlook.strayArtifacts { report.add(.artifacts, count: 1, bytes: stray.size) }
            report.add(.buildFolders, count: outlook.strayFolders.count, bytes: 0)
            if outlook.plan.spareBytes > 0, project == nil {
                report.add(.caches, count: 1, bytes: outlook.plan.spareBytes)
            }
        } else {
            try await carryOut(outlook, &report)
        }
        if isThorough { try await trim(outlook, &report) }
        if let space = try? DiskSpace(of: parts.home.path) {
            report.freeBytes = space.freeBytes
            report.totalBytes = space.totalBytes
            report.floorBytes = rules.overall.freeSpace?.bytes(ofTotal: space.totalBytes) ?? 0
            report.missingBytes = max(0, report.floorBytes - space.freeBytes - (isDryRun ? report.bytes : 0))
        }
        return report
    }

    // MARK: - Looking

    private func look() async throws -> Outlook {
        let now = Timestamp.now().milliseconds
        return try await thread.run { [parts, rules, work, project, isThorough] () throws in
            var scan = try RetentionScan(home: parts.home, artifacts: parts.artifacts, at: now)
            var found = try scan.run()
            if let project, !found.input.owners.contains(project) {
                throw ControlFailure(
                    .notFound,
                    "there is no build of a project `\(project)`, nor an execution of such a pipeline"
                )
            }
            found.input.spareBytes = Self.isShort(found.input, rules) ? work.cacheBytes : 0
            let plan = RetentionPlanner.plan(found.input, rules)
            let items = found.input.items
            let steps = plan.steps.filter { step in
                project == nil || found.input.owners[items[step.item].owner] == project
            }
            let names = try steps.prefix(Self.namedCount).map { step in
                try scan.name(of: items[step.item])
            }
            var outlook = Outlook(found: found, plan: plan, steps: steps, names: names)
            if isThorough {
                (outlook.strayFolders, outlook.unknownBuilds) = try work.strayFolders(scan.hasBuild, at: now)
                // What these builds have made is no more known than they are.
                if outlook.unknownBuilds.isEmpty {
                    let used = Set(found.input.artifacts.map(\.digest)).union(found.held)
                    outlook.strayArtifacts = work.strayArtifacts(used, at: now)
                }
            }
            return outlook
        }
    }

    private static func isShort(_ input: RetentionInput, _ rules: RetentionRules) -> Bool {
        input.freeBytes < rules.overall.freeSpace?.bytes(ofTotal: input.totalBytes) ?? 0
    }

    private func describe(_ outlook: Outlook, _ report: inout RetentionReport) {
        report.itemCount = outlook.steps.count
        report.items = zip(outlook.names, outlook.steps).map { name, step in
            RetentionReport.Item(name: name, action: step.action, reason: step.reason, bytes: step.bytes)
        }
        report.kept = KeepReason.allCases.compactMap { reason in
            outlook.plan.kept[reason].map { RetentionReport.Kept(reason, count: $0) }
        }
        if let unknown = outlook.unknownBuilds.first {
            report.problems.append(
                "\(outlook.unknownBuilds.count) folders of builds that the journal does not know stay, \(unknown) among "
                    + "them, and so do artifacts that nothing refers to: the journal seems older than they are; restore a "
                    + "newer one, or have `nacre doctor --fix` put the folders aside"
            )
        }
        if isDryRun { report.bytes = outlook.steps.reduce(0) { $0 + $1.bytes } }
    }

    // MARK: - Doing

    private func carryOut(_ outlook: Outlook, _ report: inout RetentionReport) async throws {
        let found = outlook.found
        if !found.measured.isEmpty {
            // Measured again where it cannot be noted.
            _ = try? await journal { [sizes = found.measured] journal throws(JournalError) in
                try journal.measure(builds: sizes)
            }
        }
        if outlook.plan.spareBytes > 0, project == nil {
            let freed = await thread.run { [work] in work.releaseCaches(outlook.plan.spareBytes) }
            report.add(.caches, count: freed > 0 ? 1 : 0, bytes: freed)
        }
        for start in stride(from: 0, to: outlook.steps.count, by: Self.chunk) {
            if Task.isCancelled { return }
            let steps = outlook.steps[start..<min(start + Self.chunk, outlook.steps.count)]
            try await take(Array(steps), of: found, &report)
        }
        for path in outlook.strayFolders {
            await thread.run { try? Folder.remove(path) }
            report.add(.buildFolders, count: 1, bytes: 0)
        }
        if !outlook.strayArtifacts.isEmpty {
            let digests = outlook.strayArtifacts.map(\.digest)
            try await journal { journal throws(JournalError) in try journal.doom(digests, until: 0) }
        }
        try await removeDoomed(unless: found.held, &report)
        if project == nil { await removeWorkspaces(&report) }
    }

    private func take(
        _ steps: [RetentionPlan.Step],
        of found: RetentionScan.Found,
        _ report: inout RetentionReport
    ) async throws {
        let now = Timestamp.now().milliseconds
        func marks(_ kind: RetentionItem.Kind) -> [FateMark] {
            steps.filter { found.input.items[$0.item].kind == kind }.map { step in
                FateMark(
                    seq: found.input.items[step.item].seq,
                    isWhole: step.action == .remove,
                    reason: step.reason.rawValue
                )
            }
        }
        let (builds, executions) = (marks(.build), marks(.execution))
        func mark() async throws(JournalError) -> [Int64: BuildID] {
            try await journal { journal throws(JournalError) in
                _ = try journal.take(executions: executions, at: now)
                return try journal.mark(builds: builds, at: now)
            }
        }
        let marked: [Int64: BuildID]
        do throws(JournalError) {
            marked = try await mark()
        } catch {
            guard error.code == .diskFull else { throw error }
            // Not even a mark can be written: the files make room for it. After a crash now the next collection marks them.
            try await removeUnmarked(builds.map(\.seq))
            marked = try await mark()
        }
        try await settle(marked, &report)
        // Those of artifacts are counted when they go.
        let items = steps.map { found.input.items[$0.item] }
        report.bytes += items.reduce(0) { $0 + (marked[$1.seq] != nil && $1.kind == .build ? $1.bytes : 0) }
    }

    private func removeUnmarked(_ builds: [Int64]) async throws {
        try await thread.run { [parts, work] () throws in
            let reader = try Journal(existing: parts.home.database, isFirst: false)
            var ids: [Int64: BuildID] = [:]
            for seq in builds { ids[seq] = try reader.buildName(seq: seq)?.id }
            _ = work.removeFolders(ids)
        }
    }

    private func finishMarked(_ report: inout RetentionReport) async throws {
        // Those that cannot be removed now are tried again another time.
        var last: Int64 = 0
        while true {
            let marked = try await journal { [last] journal throws(JournalError) in
                try journal.markedBuilds(after: last, limit: Self.chunk)
            }
            guard let end = marked.keys.max() else { return }
            last = end
            try await settle(marked, &report)
        }
    }

    private func settle(_ builds: [Int64: BuildID], _ report: inout RetentionReport) async throws {
        if builds.isEmpty { return }
        let (gone, problems) = await thread.run { [work] in work.removeFolders(builds) }
        report.problems += problems
        try await journal { journal throws(JournalError) in try journal.settle(builds: gone) }
    }

    private func removeDoomed(unless held: Set<String>, _ report: inout RetentionReport) async throws {
        let doomed = try await journal { journal throws(JournalError) in try journal.doomedArtifacts(limit: 100_000) }
        for start in stride(from: 0, to: doomed.count, by: Self.chunk) {
            let some = Array(doomed[start..<min(start + Self.chunk, doomed.count)])
            let now = Timestamp.now().milliseconds
            let result = await thread.run { [work] in work.removeArtifacts(some, unless: held, at: now) }
            report.problems += result.problems
            report.add(.artifacts, count: result.count, bytes: result.bytes)
            try await journal { journal throws(JournalError) in try journal.forgetDoomed(result.settled) }
        }
    }

    private func removeWorkspaces(_ report: inout RetentionReport) async {
        guard let space = try? DiskSpace(of: parts.home.path) else { return }
        let missing = (rules.overall.freeSpace?.bytes(ofTotal: space.totalBytes) ?? 0) - space.freeBytes
        if missing <= 0 { return }
        let (count, bytes) = await thread.run { [work] in work.removeWorkspaces(missing) }
        report.add(.workspaces, count: count, bytes: bytes)
    }

    // MARK: - Old rows

    private func trim(_ outlook: Outlook, _ report: inout RetentionReport) async throws {
        let now = Timestamp.now().milliseconds
        if let age = rules.overall.age {
            let used = Set(outlook.found.input.artifacts.map(\.digest))
            let expired = try await thread.run { [work, isDryRun] () throws in
                try work.expireVersions(before: now - age, isDryRun: isDryRun) { used.contains($0) }
            }
            report.add(.objectVersions, count: expired.count, bytes: 0)
            if !isDryRun, !expired.isEmpty {
                try await journal { journal throws(JournalError) in try journal.doom(expired, until: now - age) }
                try await removeDoomed(unless: try await held(), &report)
            }
        }
        if isDryRun { return }
        await thread.run { [parts] in parts.artifacts.removeAbandoned() }
        var count = 0
        while !Task.isCancelled {
            let some = try await journal { journal throws(JournalError) in
                try journal.trim(before: now - Self.rowMilliseconds, limit: 500)
            }
            count += some
            if some < 500 { break }
        }
        let pipelines = try await journal { journal throws(JournalError) in try journal.pipelines().map(\.name) }
        for pipeline in pipelines {
            count += try await journal { journal throws(JournalError) in try journal.trimVersions(of: pipeline) }
        }
        report.add(.rows, count: count, bytes: 0)
    }

    /// What is held now, after versions of objects have gone.
    private func held() async throws -> Set<String> {
        try await thread.run { [parts] () throws in
            let now = Timestamp.now().milliseconds
            return try RetentionScan(home: parts.home, artifacts: parts.artifacts, at: now).held()
        }
    }

    /// Runs one transaction of the journal.
    @discardableResult
    private func journal<Value: Sendable>(
        _ body: @Sendable (Journal) throws(JournalError) -> Value
    ) async throws(JournalError) -> Value {
        try await parts.journal.use(body)
    }
}
