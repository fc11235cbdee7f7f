// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import Pipelines
internal import WireWords

/// Asks a journal all that a daemon asks.
struct JournalReading {
    private let journal: Journal

    init(_ path: String) throws(JournalError) {
        journal = try Journal(path: path)
    }

    func readAll() throws(JournalError) {
        // What is damaged in one place must not keep others from being read.
        var failure: JournalError?
        func read(_ body: () throws(JournalError) -> Void) {
            do throws(JournalError) { try body() } catch { failure = error }
        }
        read { () throws(JournalError) in
            for repository in try journal.repositories() { _ = try journal.lastSeenRefs(repository.id) }
        }
        read { () throws(JournalError) in
            for build in try journal.builds(BuildQuery(limit: 100, includesResults: true)) {
                _ = try journal.build(build.id)
                _ = try journal.build(project: build.id.project, number: build.number)
            }
        }
        read { () throws(JournalError) in _ = try journal.unfinishedBuilds() }
        read { () throws(JournalError) in _ = try journal.builds(uuidPrefix: "0") }
        read { () throws(JournalError) in
            for batch in try journal.unfinishedBatches() { _ = try journal.builds(ofBatch: batch.id) }
        }
        read { () throws(JournalError) in _ = try journal.batches(uuidPrefix: "0") }
        read { () throws(JournalError) in _ = try journal.resources(kind: "project") }
        read { () throws(JournalError) in _ = try journal.pipelineDeadlines() }
        read { () throws(JournalError) in _ = try journal.pipelinesWithPendingEvents() }
        read { () throws(JournalError) in _ = try journal.unfinishedEffects() }
        read { () throws(JournalError) in _ = try journal.outbox(limit: 100) }
        read { () throws(JournalError) in _ = try journal.executions(ExecutionFilter()) }
        read { () throws(JournalError) in
            for pipeline in try journal.pipelines() { try readPipeline(pipeline.definition.name) }
        }
        read { () throws(JournalError) in try readPipeline("demo") }
        if let failure { throw failure }
    }

    /// Restores a pipeline's machine and lets it go on, as at the daemon's start.
    private func readPipeline(_ name: String) throws(JournalError) {
        _ = try journal.latestExecution(of: name)
        let events = try journal.pendingEvents(of: name)
        guard var machine = try journal.machine(of: name) else { return }
        _ = (machine.nextDeadline, machine.snapshot, machine.unfinished)
        var generator = SeededGenerator(seed: 1)
        for event in events { _ = try? machine.apply(event.event, at: 1_800_000_000_000, using: &generator) }
    }
}
