// SPDX-License-Identifier: Apache-2.0

internal import Batches
internal import Builds
internal import JSON
internal import Journals
internal import WireWords

/// How far a batch has come, by what the journal holds of it and of its builds; pure.
///
/// The machine is made anew each time and told what has happened, so there is no state that a crash could lose.
struct BatchProgress {
    /// The machine after all that has happened.
    private(set) var machine: BatchMachine
    private let record: BatchRecord
    /// The last attempt of each item.
    private var latest: [String: BuildRecord] = [:]

    /// - Parameters:
    ///   - record: the batch; nil results where it has no plan that can be read.
    ///   - builds: its builds, retries too, oldest first.
    init?(_ record: BatchRecord, _ builds: [BuildRecord]) {
        guard let text = record.plan, let plan = try? JSONText.decode(BatchPlan.self, from: Array(text.utf8)) else {
            return nil
        }
        self.record = record
        machine = BatchMachine(plan)
        for build in builds { if let item = Self.item(of: build) { latest[item.identifier] = build } }
        replay()
    }

    /// The item that a build is of; nil for a build of its own.
    static func item(of build: BuildRecord) -> BatchPlan.Item? {
        build.batchItem.flatMap { try? JSONText.decode(BatchPlan.Item.self, from: Array($0.utf8)) }
    }

    /// The identifier of that item.
    static func identifier(of build: BuildRecord) -> String? { item(of: build)?.identifier }

    /// Tells the machine what has happened, in its order.
    private mutating func replay() {
        _ = machine.apply(.began)
        let ends = latest.filter { $0.value.state.isTerminal }.sorted {
            ($0.value.endedAt ?? 0, $0.value.seq) < ($1.value.endedAt ?? 0, $1.value.seq)
        }
        let stop = record.stopRequestedAt ?? .max
        tell(ends.filter { ($0.value.endedAt ?? 0) < stop })
        if record.stopRequestedBy != nil { _ = machine.apply(.stopRequested) }
        tell(ends.filter { ($0.value.endedAt ?? 0) >= stop })
        for (identifier, build) in latest where !build.state.isTerminal && build.state != .queued {
            _ = machine.apply(.started(identifier))
        }
        // Where nothing more is to start, what has no build yet will get none.
        if machine.isEnding {
            for identifier in machine.submitted where latest[identifier] == nil {
                _ = machine.apply(.ended(identifier, .stopped))
            }
        }
    }

    /// Tells of ends, each as soon as the machine has the build started: clocks may have been set back meanwhile.
    private mutating func tell(_ ends: [(key: String, value: BuildRecord)]) {
        var left = ends
        while true {
            let before = left.count
            left = left.filter { identifier, build in
                guard machine.standing(identifier)?.isActive == true else { return true }
                _ = machine.apply(.ended(identifier, build.status))
                return false
            }
            if left.count == before { return }
        }
    }

    /// What is to follow.
    var step: BatchStep {
        var step = BatchStep(verdict: machine.verdict)
        if machine.isEnding {
            step.stops = machine.active.compactMap { latest[$0] }.filter { $0.stopRequestedBy == nil }.map(\.id)
        } else {
            step.starts = machine.submitted.filter { latest[$0] == nil }.compactMap { draft($0) }
        }
        return step
    }

    private func draft(_ identifier: String) -> BuildDraft? {
        guard let item = machine.plan.item(identifier), let text = try? JSONText.encode(item) else { return nil }
        let given = (try? JSONText.decode([EnvironmentVariable].self, from: Array(record.environment.utf8))) ?? []
        let variables = JSONText.encode(item.variables(beatenBy: given))
        var draft = BuildDraft(
            id: BuildID.make(project: record.id.project),
            repository: record.repository,
            ref: record.ref,
            commit: record.commit,
            previousCommit: record.previousCommit,
            initiator: record.initiator,
            environment: String(decoding: variables, as: UTF8.self),
            settings: record.settings
        )
        draft.inputs = record.inputs
        draft.batch = record.id.description
        draft.batchItem = String(decoding: text, as: UTF8.self)
        return draft
    }
}
