// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// Which builds of a batch run when, and how the batch ends: events in, effects out, no I/O.
///
/// It knows of no limit on builds at the same time: whoever carries out the effects may keep a build that is to start
/// waiting, and tells of its end as STOPPED when it is to stop before it has begun. An event that does not fit, such as a second
/// end of one build, changes nothing, so that events may be told again after a crash.
///
/// What AWS leaves open: builds that depend on a failed one are not started, unless its failure is ignored; an ignored failure
/// does not set off `fast-fail`.
package struct BatchMachine: Sendable, Hashable {
    /// How one build of the batch stands.
    package enum Standing: Sendable, Hashable {
        /// Builds that it depends on have not ended.
        case waiting
        /// It has been told to start.
        case submitted
        /// It runs.
        case running
        /// It is over.
        case ended(BuildStatus)
        /// It will never run, and this is why.
        case skipped(String)

        /// Whether it has been told to start and has not ended.
        package var isActive: Bool { self == .submitted || self == .running }
        /// Whether nothing can change any more.
        package var isOver: Bool { self != .waiting && !isActive }
    }

    /// Something that has happened.
    package enum Event: Sendable, Hashable {
        /// The batch may begin.
        case began
        /// A build has begun to run.
        case started(String)
        /// A build is over.
        case ended(String, BuildStatus)
        /// Somebody wants the batch to stop.
        case stopRequested
        /// The batch has taken as long as it may.
        case timedOut
    }

    /// Something to be done.
    package enum Effect: Sendable, Hashable {
        /// Start these builds, in this order, as soon as there is room.
        case start([String])
        /// Stop these builds.
        case stop([String])
        /// All is over; the last effect there is.
        case finish(BuildStatus)
    }

    /// Why no further builds are started.
    private enum Ending: Sendable, Hashable {
        case failedFast(String)
        case stopped
        case timedOut

        var reason: String {
            switch self {
            case .failedFast(let identifier): "`\(identifier)` failed, and `fast-fail` is set"
            case .stopped: "the batch was stopped"
            case .timedOut: "the batch took too long"
            }
        }
    }

    /// What is to be built.
    package let plan: BatchPlan
    /// How the batch ended; nil while it goes on.
    package private(set) var verdict: BuildStatus?
    private var standings: [Standing]
    private let indexes: [String: Int]
    private let dependents: [[Int]]
    /// Of each build, how many that it depends on have not ended well.
    private var open: [Int]
    private var ending: Ending?
    private var hasBegun = false

    package init(_ plan: BatchPlan) {
        self.plan = plan
        standings = Array(repeating: .waiting, count: plan.items.count)
        var indexes: [String: Int] = [:]
        for (index, item) in plan.items.enumerated() { indexes[item.identifier] = index }
        self.indexes = indexes
        var dependents: [[Int]] = Array(repeating: [], count: plan.items.count)
        open = Array(repeating: 0, count: plan.items.count)
        for (index, item) in plan.items.enumerated() {
            for dependency in item.dependsOn.compactMap({ indexes[$0] }) {
                dependents[dependency].append(index)
                open[index] += 1
            }
        }
        self.dependents = dependents
    }

    /// How a build stands.
    package func standing(_ identifier: String) -> Standing? {
        indexes[identifier].map { standings[$0] }
    }

    /// Whether nothing more is started: after a stop, a time-out, or a failure with `fast-fail`.
    package var isEnding: Bool { ending != nil }

    /// The builds that have been told to start and of which nothing more was heard: after a restart these are to be started.
    package var submitted: [String] { identifiers { $0 == .submitted } }

    /// The builds that have been told to start and have not ended.
    package var active: [String] { identifiers { $0.isActive } }

    /// Takes in what has happened.
    /// - Returns: what is to be done, in this order.
    package mutating func apply(_ event: Event) -> [Effect] {
        guard verdict == nil else { return [] }
        switch event {
        case .began:
            guard !hasBegun else { return [] }
            hasBegun = true
            let ready = standings.indices.filter { open[$0] == 0 && standings[$0] == .waiting }
            return begin(ready) + finish()
        case .started(let identifier):
            if let index = indexes[identifier], standings[index] == .submitted { standings[index] = .running }
            return []
        case .ended(let identifier, let status):
            guard status.isTerminal, let index = indexes[identifier], standings[index].isActive else { return [] }
            return end(index, status)
        case .stopRequested:
            return end(.stopped)
        case .timedOut:
            return end(.timedOut)
        }
    }

    // MARK: - One build

    private mutating func begin(_ ready: [Int]) -> [Effect] {
        guard !ready.isEmpty else { return [] }
        for index in ready { standings[index] = .submitted }
        return [.start(ready.map { plan.items[$0].identifier })]
    }

    private mutating func end(_ index: Int, _ status: BuildStatus) -> [Effect] {
        standings[index] = .ended(status)
        let item = plan.items[index]
        if status != .succeeded, !item.ignoresFailure {
            skipDependents(of: index, "`\(item.identifier)` \(Self.words(status))")
            return (plan.stopsAtFirstFailure ? end(.failedFast(item.identifier)) : []) + finish()
        }
        var ready: [Int] = []
        for dependent in dependents[index] {
            open[dependent] -= 1
            if open[dependent] == 0, standings[dependent] == .waiting { ready.append(dependent) }
        }
        return begin(ready.sorted()) + finish()
    }

    private mutating func skipDependents(of index: Int, _ reason: String) {
        var unseen = [(index, reason)]
        while let (current, reason) = unseen.popLast() {
            for dependent in dependents[current] where standings[dependent] == .waiting {
                standings[dependent] = .skipped(reason)
                unseen.append((dependent, "`\(plan.items[dependent].identifier)` was not started"))
            }
        }
    }

    // MARK: - The whole

    private mutating func end(_ reason: Ending) -> [Effect] {
        guard ending == nil else { return [] }
        ending = reason
        for index in standings.indices where standings[index] == .waiting {
            standings[index] = .skipped(reason.reason)
        }
        let active = active
        return (active.isEmpty ? [] : [.stop(active)]) + finish()
    }

    private mutating func finish() -> [Effect] {
        guard verdict == nil, standings.allSatisfy(\.isOver) else { return [] }
        let status = status
        verdict = status
        return [.finish(status)]
    }

    /// The batch's status by its builds: a wish to stop that came too late for all of them changes nothing.
    private var status: BuildStatus {
        let isCutShort = standings.contains { standing in
            if case .skipped = standing { return true }
            return standing == .ended(.stopped) || standing == .ended(.timedOut)
        }
        if isCutShort, ending == .stopped { return .stopped }
        if isCutShort, ending == .timedOut { return .timedOut }
        var result = BuildStatus.succeeded
        for (item, standing) in zip(plan.items, standings) where !item.ignoresFailure {
            guard case .ended(let status) = standing, status != .succeeded else { continue }
            // A fault of ours is told only where nothing else was wrong.
            result = status == .fault && result != .failed ? .fault : .failed
        }
        return result
    }

    private func identifiers(where isWanted: (Standing) -> Bool) -> [String] {
        zip(plan.items, standings).filter { isWanted($0.1) }.map(\.0.identifier)
    }

    private static func words(_ status: BuildStatus) -> String {
        switch status {
        case .stopped: "was stopped"
        case .timedOut: "timed out"
        case .fault: "could not be run"
        case .failed, .inProgress, .succeeded: "failed"
        }
    }
}
