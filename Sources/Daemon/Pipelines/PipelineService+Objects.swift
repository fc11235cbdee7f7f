// SPDX-License-Identifier: Apache-2.0

internal import Buckets
internal import Builds
internal import Journals
internal import Pipelines

/// Objects of buckets that start pipelines.
///
/// The buckets keep a numbered list of what was done to them, whoever did it; the journal says how far it was taken in. So
/// nothing is missed that was put while no daemon ran, or while the journal could not be written.
extension PipelineService {
    /// The journal's resource that holds the number of the last change that was taken in.
    private enum Mark {
        static let kind = "bucket-changes"
        static let name = "taken"
    }

    /// In a home that has no mark yet, what is there now is known.
    func beginWithBuckets() async {
        guard let buckets = parts.buckets else { return }
        do {
            if try await lastTaken() == nil { try await note(try await buckets.last()) }
        } catch {
            log.write(.error, "Buckets cannot be read", ["error": "\(error)"])
        }
    }

    /// Takes in what was done to objects since the last look: one that was put starts its pipelines, once for all its versions
    /// since then.
    func bucketsChanged() async {
        do {
            while try await takeChanges() {}
        } catch {
            if isRetryingBuckets { return }
            isRetryingBuckets = true
            log.write(.error, "Changes of buckets cannot be taken in yet", ["error": "\(error)"])
            // Ends with the next try, or with the daemon, whose successor begins with them.
            Task {
                try? await Task.sleep(for: .seconds(1))
                isRetryingBuckets = false
                if !isDraining { await bucketsChanged() }
            }
        }
    }

    /// - Returns: whether there may be more.
    private func takeChanges() async throws -> Bool {
        guard let buckets = parts.buckets else { return false }
        let (taken, last) = (try await lastTaken() ?? 0, try await buckets.last())
        if taken > last {
            // The buckets were restored as they were at an earlier time.
            try await note(last, isBack: true)
            return false
        }
        let changes = try await buckets.since(taken)
        guard let newest = changes.last else { return false }
        let triggers = try await triggers()
        var latest: [String: BucketChange] = [:]
        for change in changes where change.kind == .created { latest["\(change.bucket)/\(change.key)"] = change }
        for change in latest.values.sorted(by: { $0.sequence < $1.sequence }) {
            try await objectPut(change, triggers)
        }
        try await note(newest.sequence)
        return true
    }

    private func objectPut(_ change: BucketChange, _ triggers: PipelineTriggers) async throws(JournalError) {
        var starts: [String: PipelineTriggers.Start] = [:]
        for event in PipelineEvents.objectCreated(change) {
            for start in triggers.starts(for: event) where starts[start.pipeline] == nil {
                starts[start.pipeline] = start
            }
        }
        let sources = triggers.objects.filter { $0.bucket == change.bucket && $0.key == change.key }
        for source in sources where starts[source.pipeline] == nil {
            guard let kind = source.detection else { continue }
            starts[source.pipeline] = PipelineTriggers.Start(
                pipeline: source.pipeline,
                trigger: ExecutionTrigger(kind, detail: "s3://\(change.bucket)/\(change.key)"),
                pins: [:]
            )
        }
        for source in sources where await parts.pinning[source.action.type.provider]?.head(of: source.action) == nil {
            starts[source.pipeline] = nil
        }
        for start in starts.values.sorted(by: { $0.pipeline < $1.pipeline }) {
            try await enter(start, key: "object:\(change.sequence)", triggers)
        }
    }

    // MARK: - The mark

    private func lastTaken() async throws(JournalError) -> Int64? {
        try await journal.use { journal throws(JournalError) in try Self.lastTaken(in: journal) }
    }

    private static func lastTaken(in journal: Journal) throws(JournalError) -> Int64? {
        try journal.resource(kind: Mark.kind, name: Mark.name).flatMap { Int64($0.body) }
    }

    /// * `isBack`: whether a lower number than the one on record is meant; otherwise another look was faster.
    private func note(_ sequence: Int64, isBack: Bool = false) async throws(JournalError) {
        let now = Timestamp.now().milliseconds
        try await journal.use { journal throws(JournalError) in
            if !isBack, let taken = try Self.lastTaken(in: journal), taken >= sequence { return }
            try journal.setResource(kind: Mark.kind, name: Mark.name, body: "\(sequence)", origin: "nacre", at: now)
        }
    }
}
