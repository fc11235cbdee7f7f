// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Control
internal import Files
internal import Journals
internal import Processes
internal import Retention
internal import WireWords

/// Keeps the home within its policy: looks by itself whether anything is to go, and when the disk is short.
///
/// What goes is marked in the journal first, then its files are removed, then its row, a few at a time: the daemon answers
/// meanwhile, and whoever starts after a crash goes on from the marks.
actor RetentionService {
    struct Parts: Sendable {
        let home: Home
        let journal: JournalStore
        let artifacts: ArtifactStore
        var rules = RetentionRules()
        var reserveBytes = DiskReserve.standardBytes
        let log: DaemonLog
    }

    /// How often free space is looked at.
    private static let spaceInterval = Duration.seconds(5)
    /// How often, in those, it is asked whether anything has become too old, too many or too much.
    private static let policyTurns = 3
    /// How often, in those, everything is looked at for what belongs to nothing.
    private static let thoroughTurns = 24 * 720
    /// When such a look is taken for the first time.
    private static let firstThoroughTurn = 120
    /// How long after a collection that did not free enough the next one begins for that reason.
    private static let patienceMilliseconds: Int64 = 5 * 60 * 1000

    private let parts: Parts
    private var reserve: DiskReserve
    private let work: RetentionWork
    private let thread = BlockingQueue(label: "nacre.retention")
    private var rules: RetentionRules
    /// The collection that was asked for last; each waits for the one before.
    private var last: Task<Void, Never>?
    private var isEmergency = false
    /// What `load` gave after the last collection: as long as it gives the same, there is nothing more to do.
    private var settledLoad: Load?
    /// How many builds and executions were over when a collection did not free enough.
    private var settledCount: Int64?
    private var notBefore: Int64 = 0
    private var warnedAt: Int64 = 0
    private var removedBytes: Int64 = 0

    init(_ parts: Parts) {
        self.parts = parts
        rules = parts.rules
        reserve = DiskReserve(home: parts.home, wantedBytes: parts.reserveBytes)
        work = RetentionWork(home: parts.home, artifacts: parts.artifacts)
    }

    // MARK: - In

    /// Goes on until its task is cancelled.
    func run() async {
        await parts.journal.whenFull { [weak self, reserve, log = parts.log] in
            let isReleased = reserve.release()
            if isReleased { Self.tellOfRelease(reserve, log) }
            // Ends with the collection that it asks for.
            Task { await self?.diskIsFull() }
            return isReleased
        }
        await adjustReserve()
        var turn = 0
        while !Task.isCancelled {
            if await isShort() { await collectBySelf("space is short") }
            if turn % Self.policyTurns == 0, await isDue() { await collectBySelf("the policy asks for it") }
            if turn % Self.thoroughTurns == Self.firstThoroughTurn {
                await collectBySelf("it is time", isThorough: true)
            }
            turn += 1
            try? await Task.sleep(for: Self.spaceInterval)
        }
    }

    /// From now on other rules hold, and another reserve is wanted.
    func set(_ rules: RetentionRules, reserveBytes: Int64) async {
        self.rules = rules
        reserve.wantedBytes = reserveBytes
        settledLoad = nil
        notBefore = 0
        await adjustReserve()
    }

    /// Removes what the rules do not keep, or only finds out what that is, for a person.
    func collect(isDryRun: Bool, project: String?) async throws(ControlFailure) -> RetentionReport {
        var collection = RetentionCollection(parts, rules, work, thread)
        collection.isDryRun = isDryRun
        collection.project = project
        collection.isThorough = project == nil
        do {
            return try await alone(collection)
        } catch let failure as ControlFailure {
            throw failure
        } catch {
            throw ControlFailure(.fault, "\(error)")
        }
    }

    // MARK: - By itself

    private func collectBySelf(_ why: String, isThorough: Bool = false) async {
        var collection = RetentionCollection(parts, rules, work, thread)
        collection.isThorough = isThorough
        do {
            let report = try await alone(collection)
            for problem in report.problems {
                parts.log.write(.error, "Retention cannot remove something", ["error": problem])
            }
            if report.bytes > 0 || report.itemCount > 0 {
                parts.log.write(
                    .notice,
                    "Retention has made room",
                    [
                        "because": why, "items": String(report.itemCount), "bytes": String(report.bytes),
                        "free": String(report.freeBytes),
                    ]
                )
            }
            if report.missingBytes > 0 {
                await waitForChanges()
                let now = Timestamp.now().milliseconds
                if now < warnedAt + Self.patienceMilliseconds { return }
                warnedAt = now
                parts.log.write(
                    .warning,
                    "Disk is short of space, and nothing more may be removed",
                    ["free": String(report.freeBytes), "wanted": String(report.floorBytes)]
                )
            }
        } catch {
            parts.log.write(.error, "Retention cannot look after the home", ["error": "\(error)"])
            await waitForChanges()
        }
    }

    /// One collection at a time.
    private func alone(_ collection: RetentionCollection) async throws -> RetentionReport {
        let previous = last
        let task = Task {
            await previous?.value
            return try await collection.run()
        }
        last = Task { _ = try? await task.value }
        let report = try await task.value
        if !collection.isDryRun {
            removedBytes += report.bytes
            settledLoad = try? await load()
            await adjustReserve()
            MemoryUse.release()
        }
        return report
    }

    /// A commit did not find the space that it needs.
    private func diskIsFull() async {
        if isEmergency { return }
        isEmergency = true
        defer { isEmergency = false }
        guard await isWorthTrying() else { return }
        let before = removedBytes
        await collectBySelf("the disk is full")
        if removedBytes == before { await waitForChanges() }
    }

    private func adjustReserve() async {
        guard let bytes = await thread.run({ [reserve] in reserve.adjust() }) else { return }
        parts.log.write(
            .notice,
            bytes > 0 ? "Reserve is made" : "Reserve is removed",
            ["path": reserve.path, "bytes": String(bytes)]
        )
    }

    private static func tellOfRelease(_ reserve: DiskReserve, _ log: DaemonLog) {
        log.write(.error, "Disk is full, the reserve is given away", ["path": reserve.path])
    }

    private func floor(of space: DiskSpace) -> Int64 {
        rules.overall.freeSpace?.bytes(ofTotal: space.totalBytes) ?? 0
    }

    private func isShort() async -> Bool {
        // Before anything else: a collection takes its time, and needs some space itself.
        if await thread.run({ [reserve] in reserve.releaseIfFull() }) { Self.tellOfRelease(reserve, parts.log) }
        await adjustReserve()
        guard let space = await thread.run({ [home = parts.home] in try? DiskSpace(of: home.path) }) else {
            return false
        }
        if space.freeBytes >= floor(of: space) { return false }
        return await isWorthTrying()
    }

    /// Whether a collection may free anything: the last one did, is long past, or something has ended meanwhile.
    private func isWorthTrying() async -> Bool {
        if Timestamp.now().milliseconds >= notBefore { return true }
        return await finishedCount() != settledCount
    }

    /// Nothing more can be removed until something else has ended.
    private func waitForChanges() async {
        settledCount = await finishedCount()
        notBefore = Timestamp.now().milliseconds + Self.patienceMilliseconds
    }

    // MARK: - Whether there is anything to do

    /// What the rules are about, in numbers.
    private struct Load: Sendable, Hashable {
        /// How many are older than the shortest age.
        var old: Int64 = 0
        /// How many are beyond the counts.
        var excess = 0
        var bytes: Int64 = 0
        var isUnsettled = false
        /// Whether any of the rules may take something.
        var isOver = false
    }

    private func finishedCount() async -> Int64? {
        try? await parts.journal.use { journal throws(JournalError) in try journal.countEnded(before: .max) }
    }

    private func isDue() async -> Bool {
        guard let load = try? await load(), Timestamp.now().milliseconds >= notBefore else { return false }
        return load.isOver && load != settledLoad
    }

    private func load() async throws(JournalError) -> Load {
        let rules = rules
        let now = Timestamp.now().milliseconds
        return try await parts.journal.use { journal throws(JournalError) in
            var load = Load()
            load.isUnsettled = try journal.hasUnsettled()
            if let age = rules.shortestAge { load.old = try journal.countEnded(before: now - age) }
            if rules.countsAnything {
                for (owner, count) in try journal.countsByOwner() {
                    load.excess += max(0, count - (rules.count(of: owner) ?? count))
                }
            }
            if rules.weighsAnything { load.bytes = try journal.keptBytes() }
            let isHeavy = rules.weighsAnything && load.bytes > (rules.smallestBytes ?? .max)
            load.isOver = load.isUnsettled || load.old > 0 || load.excess > 0 || isHeavy
            return load
        }
    }
}
