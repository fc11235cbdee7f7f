// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Journals
internal import WireWords

/// Builds and batches that carry out the orders of pipelines.
extension Engine {
    /// Queues the build of an order; one that is there already goes on as it is.
    /// - Returns: its last attempt.
    func submitAction(_ draft: BuildDraft) async throws(JournalError) -> BuildRecord {
        await noticeClockMoves()
        let now = Timestamp.now().milliseconds
        let (build, isNew) = try await journal.use { journal throws(JournalError) in
            try journal.enqueueAction(draft, at: now)
        }
        if isNew {
            log.write(.notice, "Build is queued", ["build": build.id.description, "by": build.initiator])
            submit(build)
        }
        return build
    }

    /// Begins the batch of an order; one that is there already goes on as it is.
    func submitAction(_ draft: BatchDraft) async throws(JournalError) -> BatchRecord {
        await noticeClockMoves()
        let now = Timestamp.now().milliseconds
        let (batch, isNew) = try await journal.use { journal throws(JournalError) in
            try journal.enqueueAction(draft, at: now)
        }
        if isNew {
            log.write(.notice, "Batch is begun", ["batch": batch.id.description, "by": batch.initiator])
            spawnAdvance(batch.id)
        }
        return batch
    }

    /// Waits until the build of an order is over, with all its retries.
    /// - Returns: the last attempt; nil where there is none.
    func end(ofAction action: String) async throws(JournalError) -> BuildRecord? {
        while true {
            let latest = try await journal.use { journal throws(JournalError) in try journal.build(ofAction: action) }
            guard let latest, !latest.state.isTerminal else { return latest }
            for await _ in await end(of: latest.id) {}
        }
    }

    /// Waits until the batch of an order is over.
    /// - Returns: the batch with its builds, retries too, oldest first; nil where there is none.
    func end(
        ofBatchOfAction action: String
    ) async throws(JournalError) -> (batch: BatchRecord, builds: [BuildRecord])? {
        while true {
            let found = try await journal.use {
                journal throws(JournalError) -> (batch: BatchRecord, builds: [BuildRecord])? in
                guard let batch = try journal.batch(ofAction: action) else { return nil }
                return (batch, try journal.builds(ofBatch: batch.id))
            }
            guard let found, !found.batch.status.isTerminal else { return found }
            for await _ in await end(ofBatch: found.batch.id) {}
        }
    }

    /// Ends the build or the batch of an order, whichever attempt it is at.
    func stopAction(_ action: String, by person: String) async {
        await insist("Action's build cannot be stopped yet", ("action", action)) { () async throws(JournalError) in
            let found = try await journal.use { journal throws(JournalError) in
                (build: try journal.build(ofAction: action), batch: try journal.batch(ofAction: action))
            }
            if let build = found.build { _ = try await stop(build.id, by: person) }
            if let batch = found.batch { _ = try await stopBatch(batch.id, by: person) }
        }
    }
}
