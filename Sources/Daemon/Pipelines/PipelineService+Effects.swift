// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Journals
internal import Pipelines

/// What follows from events: actions and rules that run, and announcements.
extension PipelineService {
    /// Takes up what an earlier daemon left: effects that have not ended, events that were not applied, announcements.
    func recover() async throws(JournalError) {
        let found = try await journal.use { journal throws(JournalError) in
            (
                effects: try journal.unfinishedEffects(), pending: try journal.pipelinesWithPendingEvents(),
                deadlines: try journal.pipelineDeadlines()
            )
        }
        deadlines = found.deadlines
        noticeClockMoves()
        for effect in found.effects {
            if isHeld, try await !hasBegun(effect) {
                held.append(effect)
                continue
            }
            log.write(
                .notice,
                "Action is taken up again",
                ["action": "\(effect.order.pipeline)/\(effect.order.executionNumber) \(effect.order.name)"]
            )
            if effect.isCancelled { cancelled.insert(effect.order.id) }
            begin(effect, despiteHold: true)
        }
        clockChanged()
        announcementsCame()
        await beginWithBuckets()
        // Applied while the daemon already answers; ends by itself.
        Task {
            await takePending(of: found.pending)
            await bucketsChanged()
        }
    }

    /// Begins what was ordered and not begun.
    func takeUp(_ effects: [UnfinishedEffect]) {
        for effect in effects {
            if effect.isCancelled { cancelled.insert(effect.order.id) }
            begin(effect)
        }
    }

    func perform(_ effects: [PipelineEffect]) {
        var announces = false
        for effect in effects {
            switch effect {
            case .run(let order): begin(UnfinishedEffect(.action, order))
            case .runRule(let order): begin(UnfinishedEffect(.rule, order))
            case .cancel(let id): cancel(id)
            case .announce: announces = true
            }
        }
        if announces { announcementsCame() }
    }

    private func begin(_ effect: UnfinishedEffect, despiteHold: Bool = false) {
        let order = effect.order
        guard !isDraining, running[order.id] == nil else { return }
        if isHeld, !despiteHold { return held.append(effect) }
        runningOrder[order.id] = order
        // Ends with the action, or with the daemon, whose successor begins it again.
        let task = Task {
            let outcome = await run(effect)
            await ended(effect, outcome)
        }
        running[order.id] = task
        if cancelled.contains(order.id) { task.cancel() }
    }

    func cancel(_ id: String) {
        if let place = held.firstIndex(where: { $0.order.id == id }) {
            held[place] = UnfinishedEffect(held[place].kind, held[place].order, isCancelled: true)
        }
        // One that was not begun here is begun as a cancelled one by the next daemon.
        guard let task = running[id] else { return }
        cancelled.insert(id)
        task.cancel()
    }

    private func run(_ effect: UnfinishedEffect) async -> ActionOutcome {
        let order = effect.order
        guard let provider = provider(of: order.type) else {
            return .failed(
                .configurationError,
                "Nacre has no provider \(order.type.category)/\(order.type.provider) (owner \(order.type.owner)); "
                    + "there are: \(parts.providers.keys.sorted().joined(separator: ", "))"
            )
        }
        let progress = ActionProgress(
            tell: { output in await self.progressed(order, output) },
            objectsPut: { await self.bucketsChanged() }
        )
        return await provider.run(order, progress)
    }

    private func provider(of type: ActionTypeID) -> (any ActionProvider)? {
        parts.providers["\(type.category)/\(type.provider)"] ?? parts.providers[type.provider]
    }

    private func progressed(_ order: ActionOrder, _ output: ActionOutput) async {
        guard !cancelled.contains(order.id), lastTold[order.id] != output else { return }
        lastTold[order.id] = output
        do throws(EventFailure) {
            try await take(.actionProgressed(id: order.id, output), of: order.pipeline)
        } catch {
            // It is told again with the next news, and in full at the end.
            lastTold[order.id] = nil
        }
    }

    /// Journals how an action has ended, again and again while the journal cannot be written: nothing follows before.
    private func ended(_ effect: UnfinishedEffect, _ outcome: ActionOutcome) async {
        let id = effect.order.id
        var isTold = false
        while !isDraining {
            do throws(EventFailure) {
                if cancelled.contains(id) {
                    try await forget(id)
                } else {
                    try await take(.actionEnded(id: id, outcome), of: effect.order.pipeline)
                }
                break
            } catch {
                if case .unjournalled(let failure) = error {
                    if !isTold {
                        log.write(
                            .error,
                            "Action's end cannot be journalled yet",
                            ["action": id, "error": failure.message]
                        )
                    }
                    isTold = true
                    try? await Task.sleep(for: .seconds(1))
                } else {
                    // The pipeline is gone, or takes no such news: nobody waits for the effect.
                    cancelled.insert(id)
                }
            }
        }
        running[id] = nil
        runningOrder[id] = nil
        lastTold[id] = nil
        cancelled.remove(id)
    }

    private func forget(_ id: String) async throws(EventFailure) {
        do throws(ControlFailure) {
            try await journalled { journal throws(JournalError) in try journal.removeEffect(id) }
        } catch {
            throw .unjournalled(error)
        }
    }

    // MARK: - Announcements

    /// Sees to it that what is in the outbox is told.
    func announcementsCame() {
        hasAnnouncements = true
        guard !isAnnouncing else { return }
        isAnnouncing = true
        // Ends when the outbox is empty, or with the daemon, whose successor tells the rest.
        Task { await tellAnnouncements() }
    }

    private func tellAnnouncements() async {
        defer { isAnnouncing = false }
        while hasAnnouncements, !isDraining {
            hasAnnouncements = false
            do throws(JournalError) {
                while !isDraining, try await tellSome() {}
            } catch {
                log.write(.error, "Announcements cannot be told yet", ["error": error.message])
                hasAnnouncements = true
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Tells the oldest announcements of the outbox and takes them out of it; one from which not all has followed stays.
    /// - Returns: false when there was none.
    private func tellSome() async throws(JournalError) -> Bool {
        let entries = try await journal.use { journal throws(JournalError) in try journal.outbox(limit: 100) }
        var told: Int64?
        var failure: JournalError?
        do throws(JournalError) {
            for entry in entries {
                try await startFollowers(of: entry)
                try await parts.announce(entry.announcement)
                told = entry.seq
            }
        } catch {
            failure = error
        }
        if let told { try await journal.use { journal throws(JournalError) in try journal.clearOutbox(through: told) } }
        if let failure { throw failure }
        return !entries.isEmpty
    }
}
