// SPDX-License-Identifier: Apache-2.0

internal import Batches
internal import Builds
internal import Journals
internal import WireWords

/// Batches: the journal holds them and their builds, and what is to follow is worked out from these alone.
extension Engine {
    /// Ends a batch: what runs of it is stopped, and nothing more starts.
    /// - Returns: false when it was over already.
    func stopBatch(_ id: BuildID, by user: String) async throws(JournalError) -> Bool {
        let now = Timestamp.now().milliseconds
        let record = try await journal.use { journal throws(JournalError) in
            try journal.requestBatchStop(id, by: user, at: now)
        }
        guard record != nil else { return false }
        log.write(.notice, "Batch is to stop", ["batch": id.description, "user": user])
        await advance(id)
        return true
    }

    /// A stream that ends when the batch does: at once when it is over.
    func end(ofBatch id: BuildID) async -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        watchers[id, default: []].append(continuation)
        do throws(JournalError) {
            let record = try await journal.use { journal throws(JournalError) in try journal.batch(id) }
            if record?.status.isTerminal ?? true { finishWatchers(id) }
        } catch {
            // A journal that cannot be read at this moment says nothing of the batch, whose end is told when it comes.
        }
        return stream
    }

    // MARK: - Moving on

    func spawnAdvance(_ id: BuildID) {
        // It ends at once, or with the daemon; the next one does the same again.
        Task { await advance(id) }
    }

    func advanceBatch(of build: BuildRecord) {
        if let batch = build.batch.flatMap(BuildID.init) { spawnAdvance(batch) }
    }

    /// Does what follows from the journalled state of a batch and of its builds.
    ///
    /// To be called whenever that may have changed; doing it twice does nothing twice.
    private func advance(_ id: BuildID) async {
        guard await plan(id) else { return finishWatchers(id) }
        await noticeClockMoves()
        let advanced = await journalled("Batch's progress", id) { journal throws(JournalError) in
            try journal.advance(id, at: Timestamp.now().milliseconds) { record, builds in
                // A plan of this journal can be read, or a newer Nacre has written it.
                BatchProgress(record, builds)?.step ?? BatchStep(verdict: .fault)
            }
        }
        guard let advanced else { return }
        for build in advanced.queued {
            log.write(.notice, "Build is queued", ["build": build.id.description, "batch": id.description])
            submit(build)
        }
        let reason = advanced.batch.stopRequestedBy ?? "`fast-fail` of \(BatchView.label(advanced.batch))"
        for build in advanced.step.stops {
            await insist("Build cannot be stopped yet", ("build", build.description)) { () async throws(JournalError) in
                _ = try await stop(build, by: reason)
            }
        }
        guard advanced.batch.status.isTerminal else { return }
        log.write(.notice, "Batch has ended", ["batch": id.description, "status": advanced.batch.status.rawValue])
        finishWatchers(id)
    }

    /// Works out the plan of a batch, as JSON, or why it has none.
    private func plan(
        of batch: BatchRecord,
        in repository: RepositoryRecord?
    ) async -> Result<String, BatchReading.Refusal> {
        if let inputs = batch.inputs {
            return await planning.run { [artifacts = starter.artifacts] in
                ActionBatch.plan(of: inputs, from: artifacts)
            }
        }
        guard let repository else { return PushedBuildspec.plan(of: batch, in: nil) }
        do {
            return try await refs.run(repository.path, within: RepositoryThreads.readingLimit) {
                PushedBuildspec.plan(of: batch, in: repository)
            }
        } catch {
            return .failure(PushedBuildspec.unreadable(batch, error))
        }
    }

    /// Sees to it that a batch has its plan.
    /// - Returns: false when the batch is over, because it has none.
    private func plan(_ id: BuildID) async -> Bool {
        let found = await journalled("Batch", id) {
            journal throws(JournalError) -> (batch: BatchRecord, repository: RepositoryRecord?)? in
            guard let batch = try journal.batch(id) else { return nil }
            guard let repository = batch.repository else { return (batch, nil) }
            return (batch, try journal.repository(repository))
        }
        guard let found, !found.batch.status.isTerminal else { return false }
        if found.batch.plan != nil { return true }
        let plan = await plan(of: found.batch, in: found.repository)
        let now = Timestamp.now().milliseconds
        switch plan {
        case .success(let text):
            return await journalled("Batch's plan", id) { journal throws(JournalError) in
                try journal.plan(id, text, at: now)
            } != nil
        case .failure(let refusal):
            log.write(.notice, "Batch is refused", ["batch": id.description, "reason": refusal.message])
            _ = await journalled("Batch's end", id) { journal throws(JournalError) in
                try journal.refuse(id, code: refusal.statusCode, reason: refusal.message, at: now)
            }
            return false
        }
    }
}
