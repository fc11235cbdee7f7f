// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Events
internal import Journals
internal import Pipelines

/// Events and times that start pipelines: what other pipelines do, schedules.
extension PipelineService {
    // MARK: - Other pipelines

    /// Starts the pipelines that rules start when this is announced.
    func startFollowers(of entry: OutboxEntry) async throws(JournalError) {
        let triggers = try await triggers()
        if triggers.rules.isEmpty { return }
        let execution = try await journal.use { journal throws(JournalError) -> PipelineExecution? in
            do throws(JournalError) {
                return try journal.execution(entry.announcement.execution)
            } catch {
                // One record that is spoilt for good must not keep all others from being told.
                if error.code == .damaged { return nil }
                throw error
            }
        }
        for start in triggers.starts(for: PipelineEvents.announcement(entry.announcement, of: execution)) {
            try await enter(start, key: "announcement:\(entry.seq)", triggers)
        }
    }

    // MARK: - Schedules

    /// Works out when schedules are due next; what was missed is not made up for.
    func setTicks(_ triggers: PipelineTriggers) {
        let now = Timestamp.now().milliseconds
        // One that is due right now is not missed because something else has changed.
        let due = ticks.filter { $0.value <= now }
        ticks = [:]
        for rule in triggers.rules {
            guard let schedule = rule.schedule else { continue }
            ticks[rule.rule.name] = due[rule.rule.name] ?? schedule.next(after: now, since: rule.madeAt)
        }
        clockChanged()
    }

    /// Starts what schedules start up to now; what cannot be journalled stays due.
    func tick(at now: Int64) async {
        let due = ticks.filter { $0.value <= now }
        if due.isEmpty || now < ticksRestUntil { return }
        do throws(JournalError) {
            let triggers = try await triggers()
            for rule in triggers.rules {
                guard let instant = due[rule.rule.name] else { continue }
                for start in rule.starts(PipelineEvents.tick(of: rule, at: instant)) {
                    try await enter(start, key: "schedule:\(rule.rule.name)@\(instant)", triggers)
                }
                ticks[rule.rule.name] = rule.schedule?.next(after: max(now, instant), since: rule.madeAt)
            }
            // Those of rules that are gone.
            for (name, instant) in due where ticks[name] == instant { ticks[name] = nil }
        } catch {
            ticksRestUntil = now + 1000
            log.write(.error, "Schedules cannot start pipelines yet", ["error": error.message])
        }
    }

    // MARK: - The way in

    /// Queues a start that no change of a ref has caused, and applies it; one with the same key is the same.
    func enter(
        _ start: PipelineTriggers.Start,
        key: String,
        _ triggers: PipelineTriggers
    ) async throws(JournalError) {
        guard var draft = await draft(start, pinned: [:], triggers) else { return }
        draft.key = key
        let now = Timestamp.now().milliseconds
        let queued = try await journal.use { [draft] journal throws(JournalError) in
            try journal.queue(draft, at: now)
        }
        guard let queued, !queued.isKnown else { return }
        log.write(.notice, "Execution is queued", ["execution": queued.label, "by": start.trigger.detail])
        await takePending(of: [start.pipeline])
    }
}
