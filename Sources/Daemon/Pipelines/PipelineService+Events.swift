// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Events
internal import JSON
internal import Journals
internal import Pipelines

/// Events and times that start pipelines: objects of buckets, what other pipelines do, schedules.
extension PipelineService {
    // MARK: - Objects

    /// An object of a bucket was put or removed; an object that is there starts its pipelines, once for each version.
    func bucketChanged(_ bucket: String, key: String) async {
        guard let triggers = await triggers() else { return }
        let sources = triggers.objects.filter { $0.bucket == bucket && $0.key == key }
        var version = ""
        if let source = sources.first {
            guard let head = await parts.pinning[source.action.type.provider]?.head(of: source.action) else { return }
            version = head.id
        }
        var starts: [String: PipelineTriggers.Start] = [:]
        for event in PipelineEvents.object(key, in: bucket, version: version) {
            for start in triggers.starts(for: event) where starts[start.pipeline] == nil {
                starts[start.pipeline] = start
            }
        }
        for source in sources where starts[source.pipeline] == nil {
            guard let kind = source.detection else { continue }
            starts[source.pipeline] = PipelineTriggers.Start(
                pipeline: source.pipeline,
                trigger: ExecutionTrigger(kind, detail: "s3://\(bucket)/\(key)"),
                pins: [:]
            )
        }
        let mark = version.isEmpty ? Self.makeID() : version
        for start in starts.values.sorted(by: { $0.pipeline < $1.pipeline }) {
            await enter(start, key: "object:\(bucket)/\(key)@\(mark)", triggers)
        }
    }

    /// Looks at the objects that pipelines have as sources: what was put while no daemon ran starts them.
    func lookAtObjects() async {
        guard let triggers = await triggers() else { return }
        for source in triggers.objects where source.detection != nil {
            guard let head = await parts.pinning[source.action.type.provider]?.head(of: source.action) else { continue }
            let latest = try? await journalled { journal throws(JournalError) in
                try journal.latestExecution(of: source.pipeline)
            }
            if latest?.revisions[source.action.name]?.id == head.id { continue }
            await bucketChanged(source.bucket, key: source.key)
        }
    }

    // MARK: - Other pipelines

    /// Starts the pipelines that rules start when this is announced.
    func startFollowers(of entry: OutboxEntry) async {
        guard let triggers = await triggers(), !triggers.rules.isEmpty else { return }
        let execution = try? await journalled { journal throws(JournalError) in
            try journal.execution(entry.announcement.execution)
        }
        for start in triggers.starts(for: PipelineEvents.announcement(entry.announcement, of: execution)) {
            await enter(start, key: "announcement:\(entry.seq)", triggers)
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

    /// Starts what schedules start up to now.
    func tick(at now: Int64) async {
        let due = ticks.filter { $0.value <= now }
        guard !due.isEmpty, let triggers = await triggers() else { return }
        for rule in triggers.rules {
            guard let instant = due[rule.rule.name] else { continue }
            ticks[rule.rule.name] = rule.schedule?.next(after: max(now, instant), since: rule.madeAt)
            for start in rule.starts(PipelineEvents.tick(of: rule, at: instant)) {
                await enter(start, key: "schedule:\(rule.rule.name)@\(instant)", triggers)
            }
        }
        // Those of rules that are gone.
        for (name, instant) in due where ticks[name] == instant { ticks[name] = nil }
    }

    // MARK: - The way in

    /// Queues a start that no change of a ref has caused, and applies it.
    private func enter(_ start: PipelineTriggers.Start, key: String, _ triggers: PipelineTriggers) async {
        guard var draft = await draft(start, pinned: [:], triggers) else { return }
        draft.key = key
        let now = Timestamp.now().milliseconds
        do throws(JournalError) {
            let queued = try await journal.use { [draft] journal throws(JournalError) in
                try journal.queue(draft, at: now)
            }
            guard let queued, !queued.isKnown else { return }
            log.write(.notice, "Execution is queued", ["execution": queued.label, "by": start.trigger.detail])
            await takePending(of: [start.pipeline])
        } catch {
            log.write(.error, "Execution cannot be queued", ["pipeline": start.pipeline, "error": "\(error)"])
        }
    }
}
