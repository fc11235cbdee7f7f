// SPDX-License-Identifier: Apache-2.0

/// Decides what goes; pure.
///
/// Age and count take whole builds and executions. Bytes and free space take logs, folders and artifacts, and leave the rows,
/// so that people still see what was built. Each begins with the oldest. An artifact goes with the last that refers to it.
package struct RetentionPlanner {
    /// What is counted together: the builds of a project, the executions of a pipeline.
    private struct Key: Hashable {
        let kind: RetentionItem.Kind
        let owner: Int
    }

    /// An artifact as an owner uses it.
    private struct Use: Hashable {
        let artifact: Int
        let owner: Int
    }

    private let input: RetentionInput
    private let rules: RetentionRules
    private var plan = RetentionPlan()
    /// By item: why it stays.
    private var keeps: [KeepReason]
    private var isDecided: [Bool]
    /// By item: whether its files are gone, or go by this plan.
    private var isStripped: [Bool]
    /// By artifact: how many that stay refer to it.
    private var uses: [Int]
    /// How many of an owner's that stay refer to an artifact.
    private var usesByOwner: [Use: Int] = [:]
    /// By owner: the bytes that stay; an artifact weighs on each owner that uses it.
    private var weights: [Int64]
    private var weight: Int64 = 0
    /// What the steps so far free.
    private var freed: Int64 = 0
    private let oldestFirst: [Int]

    /// Makes a plan.
    package static func plan(_ input: RetentionInput, _ rules: RetentionRules) -> RetentionPlan {
        var planner = RetentionPlanner(input, rules)
        planner.takeWhole()
        planner.takeBytes()
        planner.takeSpace()
        planner.countKept()
        return planner.plan
    }

    private init(_ input: RetentionInput, _ rules: RetentionRules) {
        self.input = input
        self.rules = rules
        oldestFirst = Self.oldestFirst(input.items)
        keeps = input.items.map { $0.endedAt == nil ? .unfinished : $0.keep ?? .policy }
        isDecided = Array(repeating: false, count: input.items.count)
        isStripped = input.items.map(\.isStripped)
        uses = input.artifacts.map { $0.isHeld ? 1 : 0 }
        weights = Array(repeating: 0, count: input.owners.count)
        keepLatestSuccesses()
        weigh()
    }

    // MARK: - Before

    private mutating func keepLatestSuccesses() {
        var latest: [Key: Int] = [:]
        for (index, item) in input.items.enumerated() where item.hasSucceeded && item.endedAt != nil {
            let key = Key(kind: item.kind, owner: item.owner)
            if let known = latest[key], input.items[known].seq > item.seq { continue }
            latest[key] = index
        }
        for index in latest.values where !keeps[index].keepsFiles { keeps[index] = .latestSuccess }
    }

    private mutating func weigh() {
        for item in input.items where !item.isStripped {
            weights[item.owner] += item.bytes
            weight += item.bytes
            for artifact in item.artifacts {
                let size = input.artifacts[artifact].isHeld ? 0 : input.artifacts[artifact].size
                // Its bytes are there once, whoever uses it.
                if uses[artifact] == 0 { weight += size }
                uses[artifact] += 1
                let use = Use(artifact: artifact, owner: item.owner)
                if usesByOwner[use] == nil { weights[item.owner] += size }
                usesByOwner[use, default: 0] += 1
            }
        }
    }

    // MARK: - The rules

    /// Age and count.
    private mutating func takeWhole() {
        var places: [Key: Int] = [:]
        var found: [(item: Int, reason: RetentionReason)] = []
        for index in oldestFirst.reversed() {
            let item = input.items[index]
            let owner = input.owners[item.owner]
            let key = Key(kind: item.kind, owner: item.owner)
            // What waits or runs takes nobody's place: a burst of pushes is no reason to forget what was built.
            guard let endedAt = item.endedAt else { continue }
            let place = places[key, default: 0]
            places[key] = place + 1
            if keeps[index].keepsFiles { continue }
            if let oldest = rules.oldest(of: owner, at: input.now), endedAt < oldest {
                found.append((index, .age))
            } else if let count = rules.count(of: owner), place >= count {
                found.append((index, .count))
            }
        }
        for (index, reason) in found.reversed() {
            let action: RetentionPlan.Step.Action = keeps[index] == .pipeline ? .strip : .remove
            if action == .strip, isStripped[index] { continue }
            take(index, action, reason)
        }
    }

    private mutating func takeBytes() {
        for (owner, name) in input.owners.enumerated() {
            guard let limit = rules.projects[name]?.bytes, weights[owner] > limit else { continue }
            for index in oldestFirst where input.items[index].owner == owner {
                if weights[owner] <= limit { break }
                strip(index, .bytes)
            }
        }
        guard let limit = rules.overall.bytes, weight > limit else { return }
        for index in oldestFirst {
            if weight <= limit { break }
            strip(index, .bytes)
        }
    }

    private mutating func takeSpace() {
        guard let floor = rules.overall.freeSpace?.bytes(ofTotal: input.totalBytes) else { return }
        var missing = floor - input.freeBytes - freed
        if missing <= 0 { return }
        // What makes itself again goes first.
        plan.spareBytes = min(input.spareBytes, missing)
        missing -= plan.spareBytes
        for index in oldestFirst where missing > 0 {
            let before = freed
            strip(index, .freeSpace)
            missing -= freed - before
        }
        plan.missingBytes = max(0, missing)
    }

    private mutating func strip(_ index: Int, _ reason: RetentionReason) {
        if isDecided[index] || isStripped[index] || keeps[index].keepsFiles { return }
        take(index, .strip, reason)
    }

    private mutating func take(_ index: Int, _ action: RetentionPlan.Step.Action, _ reason: RetentionReason) {
        let item = input.items[index]
        var bytes: Int64 = 0
        if !isStripped[index] {
            bytes = item.bytes
            weights[item.owner] -= item.bytes
            for artifact in item.artifacts {
                uses[artifact] -= 1
                if uses[artifact] == 0 { bytes += input.artifacts[artifact].size }
                release(Use(artifact: artifact, owner: item.owner))
            }
        }
        isDecided[index] = true
        isStripped[index] = true
        weight -= bytes
        freed += bytes
        plan.steps.append(RetentionPlan.Step(item: index, action: action, reason: reason, bytes: bytes))
    }

    /// An owner has one use less of an artifact, which weighs on it until the last.
    private mutating func release(_ use: Use) {
        let left = usesByOwner[use, default: 1] - 1
        usesByOwner[use] = left == 0 ? nil : left
        let artifact = input.artifacts[use.artifact]
        if left == 0, !artifact.isHeld { weights[use.owner] -= artifact.size }
    }

    // MARK: - After

    private mutating func countKept() {
        for index in input.items.indices where !isDecided[index] { plan.kept[keeps[index], default: 0] += 1 }
    }

    /// All items by their age: in each kind the order in which they were queued, and both kinds by the clock.
    private static func oldestFirst(_ items: [RetentionItem]) -> [Int] {
        var times = items.map { $0.endedAt ?? .min }
        let bySeq = items.indices.sorted { items[$0].seq < items[$1].seq }
        var latest: [RetentionItem.Kind: Int64] = [:]
        for index in bySeq {
            // A clock that was set back does not make a build older than the one before it.
            let time = max(times[index], latest[items[index].kind] ?? .min)
            latest[items[index].kind] = time
            times[index] = time
        }
        return bySeq.sorted { left, right in
            (times[left], items[left].kind.rawValue, items[left].seq)
                < (times[right], items[right].kind.rawValue, items[right].seq)
        }
    }
}
