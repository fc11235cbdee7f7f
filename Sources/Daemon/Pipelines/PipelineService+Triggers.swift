// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Events
internal import Git
internal import JSON
internal import Journals
internal import Pipelines
internal import Repositories

/// What starts pipelines beside people.
extension PipelineService {
    /// A ref that was pushed.
    struct PushedRef: Sendable {
        let ref: String
        let old: ObjectID
        let new: ObjectID
    }

    /// What a push means for pipelines.
    struct Consequence: Sendable {
        /// The executions that are to be queued, with the change itself.
        var drafts: [ExecutionDraft] = []
        /// Whether a pipeline has its source there, so that nothing else is to be built.
        var isSource = false
    }

    /// Rules, projects or mappings were changed: they are read again.
    func projectsChanged() async {
        await definitionsChanged()
    }

    /// Pipelines, rules or mappings have changed: what starts pipelines is worked out anew.
    ///
    /// Refs that are watched from now on count from what they are now.
    func definitionsChanged() async {
        let before = knownTriggers
        knownTriggers = nil
        triggersAge += 1
        guard let after = await triggers() else { return }
        clockChanged()
        let log = log
        do {
            let repositories = try await journal.use { journal throws(JournalError) in try journal.repositories() }
            for repository in repositories where after.concerns(repository.name) {
                let old = before?.refs(of: repository.name).joined(repository.branches)
                let new = after.refs(of: repository.name).joined(repository.branches)
                let values = await parts.refs.run { Self.unseen(new, before: old, in: repository) }
                if values.isEmpty { continue }
                try await journal.use { journal throws(JournalError) in try journal.noteRefs(repository.id, values) }
            }
        } catch {
            log.write(.error, "Refs cannot be noted", ["error": "\(error)"])
        }
    }

    /// What refs are now that are watched from now on.
    private static func unseen(
        _ new: BranchPatterns,
        before old: BranchPatterns?,
        in repository: RepositoryRecord
    ) -> [RefValue] {
        let values = (try? WatchedRefs.read(path: repository.path, patterns: new)) ?? []
        let own = BranchPatterns(repository.branches)
        return values.filter { !own.contains(ref: $0.ref) && !(old?.contains(ref: $0.ref) ?? false) }
    }

    /// What starts pipelines now; nil while the journal cannot be read.
    func triggers() async -> PipelineTriggers? {
        if let known = knownTriggers { return known }
        let age = triggersAge
        do throws(JournalError) {
            let made = try await journal.use { journal throws(JournalError) in
                PipelineTriggers(
                    pipelines: try journal.pipelines(),
                    rules: try journal.resources(kind: "rule").compactMap { resource in
                        try? JSONText.decode(EventRule.self, from: Array(resource.body.utf8))
                    },
                    mappings: try RepositoryMapping.all(in: journal)
                )
            }
            // What was changed meanwhile may not be in it.
            if age == triggersAge { knownTriggers = made }
            return made
        } catch {
            log.write(.error, "Pipelines cannot be read", ["error": "\(error)"])
            return nil
        }
    }

    // MARK: - Pushes

    /// The refs of a repository that are watched for its own sake and for pipelines.
    func watched(in repository: String, branches: [String]) async -> BranchPatterns {
        let names = await triggers()?.refs(of: repository) ?? WatchedNames()
        return names.joined(branches)
    }

    /// What follows for pipelines from moves of refs, as one push or a scan has found them: one answer for each.
    ///
    /// With `coalesces` a pipeline gets one execution of them all.
    func consequences(
        of pushed: [PushedRef],
        in repository: RepositoryRecord,
        coalesces: Bool
    ) async -> [Consequence] {
        var result = pushed.map { _ in Consequence() }
        guard let triggers = await triggers(), triggers.concerns(repository.name) else { return result }
        let found = await parts.refs.run { PushedMoves.starts(of: pushed, in: repository, triggers) }
        // By pipeline: where the one execution of all is.
        var first: [String: (change: Int, place: Int)] = [:]
        for (index, starts) in found.enumerated() {
            result[index].isSource = triggers.isSource(pushed[index].ref, of: repository.name)
            for start in starts {
                guard let draft = await draft(start.start, pinned: start.revisions, triggers) else { continue }
                if coalesces, let place = first[start.start.pipeline] {
                    result[place.change].drafts[place.place].pin(draft)
                    result[index].isSource = true
                    continue
                }
                first[start.start.pipeline] = (change: index, place: result[index].drafts.count)
                result[index].drafts.append(draft)
            }
        }
        return result
    }

    /// The wish for an execution; sources that are not pinned get their head.
    private func draft(
        _ start: PipelineTriggers.Start,
        pinned: [String: SourceRevision],
        _ triggers: PipelineTriggers
    ) async -> ExecutionDraft? {
        guard let definition = triggers.definitions[start.pipeline] else { return nil }
        let handed = RuleInput(start.input)
        var revisions = pinned
        for action in definition.sourceActions {
            let pinning = parts.pinning[action.type.provider]
            if let id = handed.revisions[action.name] {
                revisions[action.name] = (try? await pinning?.revision(id, of: action)) ?? revisions[action.name]
            }
            if revisions[action.name] == nil { revisions[action.name] = await pinning?.head(of: action) }
        }
        let event = ExecutionStart(
            id: Self.makeID(),
            number: 0,
            trigger: start.trigger,
            revisions: revisions,
            variables: handed.variables
        )
        return ExecutionDraft(pipeline: start.pipeline, key: nil, event: .start(event))
    }

    // MARK: - Objects

    /// An object of a bucket was put.
    func bucketChanged(_ bucket: String, key: String) async {
        guard let triggers = await triggers() else { return }
        var starts: [String: PipelineTriggers.Start] = [:]
        for source in triggers.objects where source.bucket == bucket && source.key == key {
            guard let kind = source.detection, starts[source.pipeline] == nil else { continue }
            starts[source.pipeline] = PipelineTriggers.Start(
                pipeline: source.pipeline,
                trigger: ExecutionTrigger(kind, detail: "s3://\(bucket)/\(key)"),
                pins: [:]
            )
        }
        let version = await head(ofObject: key, in: bucket, triggers)?.id
        let events = [
            AWSEvent.object(key, in: bucket, version: version), AWSEvent.objectCall(key, in: bucket),
        ]
        for start in events.flatMap({ triggers.starts(for: $0) }) where starts[start.pipeline] == nil {
            starts[start.pipeline] = start
        }
        for start in starts.values.sorted(by: { $0.pipeline < $1.pipeline }) {
            await enter(start, key: "object:\(bucket)/\(key)@\(version ?? "")", triggers)
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

    private func head(
        ofObject key: String,
        in bucket: String,
        _ triggers: PipelineTriggers
    ) async -> SourceRevision? {
        guard let source = triggers.objects.first(where: { $0.bucket == bucket && $0.key == key }) else { return nil }
        return await parts.pinning[source.action.type.provider]?.head(of: source.action)
    }

    // MARK: - Rules

    /// Starts the pipelines that rules start when this is announced.
    func startFollowers(of entry: OutboxEntry) async {
        guard let triggers = await triggers(), !triggers.rules.isEmpty else { return }
        let execution = try? await journalled { journal throws(JournalError) in
            try journal.execution(entry.announcement.execution)
        }
        let event = AWSEvent.announcement(entry.announcement, execution)
        for start in triggers.starts(for: event) {
            await enter(start, key: "announcement:\(entry.seq)", triggers)
        }
    }

    /// Queues a start that no change of a ref has caused, and applies it.
    func enter(_ start: PipelineTriggers.Start, key: String, _ triggers: PipelineTriggers) async {
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
