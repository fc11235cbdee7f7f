// SPDX-License-Identifier: Apache-2.0

internal import SQLite
internal import WireWords

/// Noticing changes of refs, each exactly once.
extension Journal {
    /// Records what happened to refs, in order, and queues the builds that follow, in one transaction.
    ///
    /// **A scan's notice** (`watch`, `start`) is new when the ref's last-seen value is still the one that the scan compared
    /// with (`old`) and differs from what it found (`new`). It moves the last-seen value.
    ///
    /// **A hook's notice** is a duplicate when a scan has shown the same push before, that is, when the same ref has a
    /// scan's change to the same object that
    /// - no hook has claimed yet and no later hook's notice of the same object precedes, and
    /// - was not followed by a change that moved the last-seen value to the hook's `old`: then the ref went away and has
    ///   now come back, which is another push; likewise when it is at `new` while its last-seen value is something else.
    ///
    /// The hook claims that change, and adds what it alone knows: the exact old value, the pusher, the push options. The
    /// same notice delivered twice is also a duplicate: a ref cannot move from A to B twice without leaving B. Otherwise it
    /// is a change of its own, and moves the last-seen value where it is the present one or continues from it. Where it does
    /// neither, a newer push has been told before it: then it begins no execution, as that would go in front of the newer one.
    /// - Parameters:
    ///   - changes: the notices of one push or scan; repeated refs are allowed.
    ///   - slots: how many builds may begin at once, in the state `starting`, which saves them a transaction.
    ///   - instant: now.
    /// - Returns: one for each notice.
    /// - Throws: `conflict` when a repository is not there or a build's id is taken.
    package func record(
        _ changes: [(notice: ChangeNotice, intent: ChangeIntent)],
        freeSlots slots: Int = 0,
        at instant: Int64
    ) throws(JournalError) -> [RecordedChange] {
        try write { () throws(SQLiteError) in
            var slots = slots
            var result: [RecordedChange] = []
            result.reserveCapacity(changes.count)
            for (notice, intent) in changes {
                let recorded: RecordedChange
                switch try judge(notice) {
                case .new(let isLatest):
                    recorded = try insert(notice, intent, isLatest: isLatest, isStarting: slots > 0, at: instant)
                    if recorded.build?.state == .starting { slots -= 1 }
                case .seen(let seq):
                    recorded = try duplicate(of: seq, .duplicate)
                case .claimed(let seq):
                    recorded = try duplicate(of: seq, .claimed)
                case .overtaken:
                    recorded = RecordedChange(seq: nil, verdict: .overtaken, build: nil)
                }
                result.append(recorded)
            }
            return result
        }
    }

    // MARK: - Judging

    private enum Judgement {
        /// Not noticed before; with whether the last-seen value is to move.
        case new(isLatest: Bool)
        /// Noticed before; nil when it is what was there when the repository was added.
        case seen(Int64?)
        /// Noticed before by a scan, for which a hook now speaks.
        case claimed(Int64)
        case overtaken
    }

    /// Decides whether a notice is new, and claims a scan's change for a hook.
    private func judge(_ notice: ChangeNotice) throws(SQLiteError) -> Judgement {
        guard try isKnown(notice.repository) else {
            throw SQLiteError(code: 19, message: "there is no repository \(notice.repository)")
        }
        let lastSeen = try lastSeen(notice.repository, notice.ref)
        let new = Self.present(notice.new)
        let isFromLastSeen = lastSeen == Self.present(notice.old)
        guard notice.origin == .hook else {
            if lastSeen == new { return .seen(try newestChange(to: notice)) }
            return isFromLastSeen ? .new(isLatest: true) : .overtaken
        }
        if notice.isCurrent, lastSeen != new { return .new(isLatest: true) }
        if let seq = try sameNotice(notice) { return .seen(seq) }
        guard let seq = try unclaimedChange(notice) else {
            return .new(isLatest: notice.isCurrent || isFromLastSeen)
        }
        try database.execute(
            "UPDATE changes SET claimed = 1, old = ?2, pusher = ?3, options = ?4 WHERE seq = ?1",
            [
                .integer(seq), .text(notice.old), SQLiteValue(notice.pusher), .text(TextList.encode(notice.options)),
            ]
        )
        return .claimed(seq)
    }

    private func newestChange(to notice: ChangeNotice) throws(SQLiteError) -> Int64? {
        try database.first(
            "SELECT max(seq) FROM changes WHERE repository_id = ?1 AND ref = ?2 AND new = ?3",
            [.integer(notice.repository.rawValue), .text(notice.ref), .text(notice.new)]
        ) { row throws(SQLiteError) in try row.optionalInteger(0) } ?? nil
    }

    /// The change that a hook has reported in the same words, when the ref has not moved since.
    private func sameNotice(_ notice: ChangeNotice) throws(SQLiteError) -> Int64? {
        try database.first(
            """
            SELECT seq FROM changes AS c WHERE repository_id = ?1 AND ref = ?2 AND new = ?3 AND old = ?4 AND claimed = 1
            AND NOT EXISTS (
                SELECT 1 FROM changes INDEXED BY changes_by_repository
                WHERE repository_id = ?1 AND ref = ?2 AND seq > c.seq AND moved = 1
            )
            ORDER BY seq DESC LIMIT 1
            """,
            [.integer(notice.repository.rawValue), .text(notice.ref), .text(notice.new), .text(notice.old)]
        ) { row throws(SQLiteError) in try row.integer(0) }
    }

    /// The oldest change that a scan has recorded of the push that a hook now reports.
    private func unclaimedChange(_ notice: ChangeNotice) throws(SQLiteError) -> Int64? {
        try database.first(
            """
            SELECT seq FROM changes AS c WHERE repository_id = ?1 AND ref = ?2 AND new = ?3 AND claimed = 0
            AND seq > coalesce((
                SELECT max(seq) FROM changes
                WHERE repository_id = ?1 AND ref = ?2 AND new = ?3 AND origin = 'hook'
            ), 0)
            AND NOT EXISTS (
                SELECT 1 FROM changes
                WHERE repository_id = ?1 AND ref = ?2 AND new = ?4 AND seq > c.seq AND moved = 1
            )
            ORDER BY seq LIMIT 1
            """,
            [.integer(notice.repository.rawValue), .text(notice.ref), .text(notice.new), .text(notice.old)]
        ) { row throws(SQLiteError) in try row.integer(0) }
    }

    // MARK: - Recording

    private func insert(
        _ notice: ChangeNotice,
        _ intent: ChangeIntent,
        isLatest: Bool,
        isStarting: Bool,
        at instant: Int64
    ) throws(SQLiteError) -> RecordedChange {
        if isLatest { try setLastSeen(notice.repository, notice.ref, notice.new) }
        var build: BuildRecord?
        var batch: BatchRecord?
        var reason: String?
        let outcome: String
        switch intent {
        case .build(let draft):
            outcome = "build"
            build = try insertBuild(draft, isStarting: isStarting, at: instant)
        case .batch(let draft):
            outcome = "batch"
            batch = try insertBatch(draft, at: instant)
        case .executions where !isLatest:
            outcome = "overtaken"
        case .executions:
            outcome = "executions"
        case .skip(let why):
            outcome = "skipped"
            reason = why
        case .none(let word):
            outcome = word
        }
        try database.execute(
            """
            INSERT INTO changes
                (repository_id, ref, old, new, origin, claimed, moved, at, pusher, options, outcome, reason, build_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """,
            [
                .integer(notice.repository.rawValue), .text(notice.ref), .text(notice.old), .text(notice.new),
                .text(notice.origin.rawValue), SQLiteValue(notice.origin == .hook), SQLiteValue(isLatest),
                .integer(instant), SQLiteValue(notice.pusher), .text(TextList.encode(notice.options)),
                .text(outcome), SQLiteValue(reason), SQLiteValue((build?.id ?? batch?.id)?.description),
            ]
        )
        let seq = database.lastInsertedRowID
        var executions: [QueuedExecution] = []
        // A build stands for itself, but a pipeline only goes forward.
        if !isLatest, case .executions = intent {
            return RecordedChange(seq: seq, verdict: .late, build: nil)
        }
        if case .executions(let drafts) = intent {
            for draft in drafts {
                if let queued = try queueExecution(draft, change: seq, at: instant) { executions.append(queued) }
            }
        }
        return RecordedChange(seq: seq, verdict: .recorded, build: build, batch: batch, executions: executions)
    }

    /// What followed from a change when it was noticed first.
    private func duplicate(
        of seq: Int64?,
        _ verdict: RecordedChange.Verdict
    ) throws(SQLiteError) -> RecordedChange {
        guard let seq else { return RecordedChange(seq: nil, verdict: verdict, build: nil) }
        let found = try database.first("SELECT build_id FROM changes WHERE seq = ?1", [.integer(seq)]) {
            row throws(SQLiteError) in try row.optionalText(0)
        }
        let id = (found ?? nil).flatMap { BuildID($0) }
        var build: BuildRecord?
        if let id { build = try buildRecord(id) }
        var batch: BatchRecord?
        if let id, build == nil { batch = try batchRecord(id) }
        let executions = try executionsOfChange(seq)
        return RecordedChange(seq: seq, verdict: verdict, build: build, batch: batch, executions: executions)
    }
}
