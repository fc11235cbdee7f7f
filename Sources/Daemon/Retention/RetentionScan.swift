// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Buckets
internal import Builds
internal import Caches
internal import Control
internal import Digests
internal import Environments
internal import Files
internal import Journals
internal import Pipelines
internal import Retention
internal import WireWords

/// Looks at everything that retention decides about; blocks.
///
/// It has a journal of its own to read with, so that nobody waits while it looks at a hundred thousand rows.
struct RetentionScan {
    /// What was found.
    struct Found: Sendable {
        var input: RetentionInput
        /// The sums that something but builds and executions needs, in hexadecimal digits.
        var held: Set<String>
        /// Sizes of folders that nobody had looked at yet, by build.
        var measured: [Int64: Int64] = [:]
    }

    let home: Home
    let artifacts: ArtifactStore
    let now: Int64

    private let reader: Journal
    private var owners: [String] = []
    private var ownerIndices: [String: Int] = [:]

    init(home: Home, artifacts: ArtifactStore, at now: Int64) throws(JournalError) {
        self.home = home
        self.artifacts = artifacts
        self.now = now
        reader = try Journal(existing: home.database, isFirst: false)
    }

    /// Builds that failed so lately that their workspaces may be kept.
    private static let debugMilliseconds: Int64 = 8 * 24 * 3600 * 1000

    mutating func run() throws -> Found {
        var found = Found(input: RetentionInput(now: now), held: try held())
        let executions = try executionItems()
        let builds = try buildItems(neededBy: executions, &found.measured)
        var items = builds + executions.items
        try addArtifacts(to: &items, &found)
        found.input.items = items
        found.input.owners = owners
        if let space = try? DiskSpace(of: home.path) {
            found.input.freeBytes = space.freeBytes
            found.input.totalBytes = space.totalBytes
        }
        return found
    }

    /// What people call a build or an execution.
    func name(of item: RetentionItem) throws -> String {
        switch item.kind {
        case .build: try reader.buildName(seq: item.seq).map { "\($0.id.project)#\($0.number)" } ?? "?"
        case .execution: try reader.executionName(seq: item.seq) ?? "?"
        }
    }

    /// Whether the journal has a build with this unique part.
    func hasBuild(uuid: String) throws -> Bool { try reader.hasBuild(uuid: uuid) }

    // MARK: - Executions

    private struct Executions {
        var items: [RetentionItem] = []
        /// Actions whose builds stay, and why.
        var actions: [String: KeepReason] = [:]
    }

    private mutating func executionItems() throws -> Executions {
        let held = try reader.heldExecutions()
        var reasons: [String: KeepReason] = [:]
        for id in held.known { reasons[id] = .pipeline }
        for id in held.live.union(try deployedExecutions()) { reasons[id] = .live }
        for id in held.awaited { reasons[id] = .needed }
        var keeps: [Int64: KeepReason] = [:]
        for (id, reason) in reasons {
            if let seq = try reader.executionSeq(id) { keeps[seq] = reason }
        }
        var result = Executions()
        var latest: [Int: Int64] = [:]
        for execution in try reader.finishedExecutions() {
            let owner = index(of: execution.owner)
            if execution.hasSucceeded { latest[owner] = execution.seq }
            result.items.append(
                RetentionItem(
                    kind: .execution,
                    seq: execution.seq,
                    owner: owner,
                    endedAt: execution.endedAt,
                    hasSucceeded: execution.hasSucceeded,
                    isStripped: execution.fate != nil,
                    keep: keeps[execution.seq]
                )
            )
        }
        var kept = reasons.filter { $0.value != .pipeline }
        for seq in latest.values {
            if let id = try reader.executionID(seq: seq), kept[id] == nil { kept[id] = .latestSuccess }
        }
        for (id, reason) in kept {
            // What is needed by one that is not over matters more than what is live.
            for action in try reader.execution(id)?.stages.flatMap(\.actions) ?? []
            where result.actions[action.id] != .needed {
                result.actions[action.id] = reason
            }
        }
        return result
    }

    /// The executions that environments serve, or would go back to.
    private func deployedExecutions() throws -> [String] {
        let store = EnvironmentStore(home.environments)
        return try store.names().flatMap { name in
            try store.versions(of: name).compactMap(\.provenance.executionID)
        }
    }

    // MARK: - Builds

    private mutating func buildItems(
        neededBy executions: Executions,
        _ measured: inout [Int64: Int64]
    ) throws -> [RetentionItem] {
        var keeps: [Int64: KeepReason] = [:]
        for (action, reason) in executions.actions {
            for seq in try reader.buildSeqs(ofAction: action) { keeps[seq] = reason }
        }
        for seq in try reader.buildSeqsOfUnfinishedBatches() { keeps[seq] = .needed }
        var items: [RetentionItem] = []
        for build in try reader.finishedBuilds() {
            var item = RetentionItem(
                kind: .build,
                seq: build.seq,
                owner: index(of: build.owner),
                endedAt: build.endedAt,
                hasSucceeded: build.hasSucceeded,
                bytes: build.bytes ?? 0,
                isStripped: build.fate != nil,
                keep: keeps[build.seq]
            )
            let isRecent = !build.hasSucceeded && now - build.endedAt < Self.debugMilliseconds
            if isRecent || build.bytes == nil, build.fate == nil, let name = try reader.buildName(seq: build.seq) {
                let folder = home.build(name.id)
                if isRecent, item.keep == nil, Self.isHeldForDebugging(folder) { item.keep = .debug }
                if build.bytes == nil {
                    item.bytes = folder.keptBytes
                    measured[build.seq] = item.bytes
                }
            }
            items.append(item)
        }
        for build in try reader.unfinishedBuilds() {
            let owner = index(of: build.id.project)
            items.append(RetentionItem(kind: .build, seq: build.seq, owner: owner, endedAt: nil))
        }
        return items
    }

    private static func isHeldForDebugging(_ folder: BuildFolder) -> Bool {
        FileLock.isHeld(folder.lock) || KeptWorkspaces.point(of: folder) != nil
    }

    // MARK: - Artifacts

    /// What buckets, environments, and all that is still to be done refer to.
    func held() throws -> Set<String> {
        var result = try reader.awaitedDigests()
        for build in try reader.unfinishedBuilds() {
            // It has ended, and the journal does not know yet what it has made.
            guard let made = try BuildReader.result(of: home.build(build.id)) else { continue }
            result.formUnion(([made.artifacts] + made.secondaryArtifacts).compactMap(\.sha256sum))
        }
        if let buckets = try BucketStore.existing(path: home.buckets, artifacts: artifacts) {
            result.formUnion(try buckets.digests())
        }
        let store = EnvironmentStore(home.environments)
        for name in try store.names() {
            result.formUnion(try store.versions(of: name).compactMap(\.provenance.artifactDigest))
        }
        return result
    }

    private func addArtifacts(to items: inout [RetentionItem], _ found: inout Found) throws {
        var places: [RetentionItem.Kind: [Int64: Int]] = [:]
        for (index, item) in items.enumerated() { places[item.kind, default: [:]][item.seq] = index }
        var last: String?
        var all: [RetentionInput.Artifact] = []
        let held = found.held
        try reader.eachArtifactUse { digest, size, isOfBuild, seq in
            if digest != last {
                all.append(RetentionInput.Artifact(digest: digest, size: size, isHeld: held.contains(digest)))
                last = digest
            }
            if let index = places[isOfBuild ? .build : .execution]?[seq] {
                items[index].artifacts.append(all.count - 1)
            } else {
                // One that is not over, or has just begun.
                all[all.count - 1].isHeld = true
            }
        }
        found.input.artifacts = all
    }

    private mutating func index(of owner: String) -> Int {
        if let known = ownerIndices[owner] { return known }
        ownerIndices[owner] = owners.count
        owners.append(owner)
        return owners.count - 1
    }
}
