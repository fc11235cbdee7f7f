// SPDX-License-Identifier: Apache-2.0

internal import Backups
internal import Builds
internal import Control
internal import Files
internal import JSON
internal import Journals
internal import Pipelines
internal import WireWords

/// Brings the journal of a restored home in order: what ran has been interrupted, and paths are those of its new place.
struct RestoredJournal {
    /// Where it lies now.
    let home: Home
    /// Where it is to lie.
    let final: Home

    func settle(_ outcome: inout HomeRestore.Outcome, from header: BackupHeader) throws(BackupError) {
        do throws(JournalError) {
            let journal = try Journal(existing: home.database)
            let now = Timestamp.now().milliseconds
            let failure = ActionOutcome.failed(
                .systemUnavailable,
                "\(HomeRestore.reason); retry the stage when it is sure that nothing of it goes on elsewhere"
            )
            for effect in try journal.interruptEffects(failure, at: now) {
                let order = effect.order
                outcome.interruptedActions.append("\(order.pipeline)/\(order.executionNumber) \(order.name)")
                // A build or batch of it that waits would run for nobody.
                if let batch = try journal.batch(ofAction: order.id) {
                    _ = try journal.refuse(batch.id, code: "INTERNAL_ERROR", reason: HomeRestore.reason, at: now)
                }
            }
            for record in try journal.unfinishedBuilds() where try wasInterrupted(record, journal) {
                outcome.interruptedBuilds.append("\(record.id.project)#\(record.number)")
                try end(record, journal)
            }
            for path in Set([header.home, home.path]) where path != final.path {
                try journal.moveHome(from: path, to: final.path)
            }
            try journal.moveHosted { final.repository($0) }
        } catch {
            throw BackupError(error.code == .diskFull ? .diskFull : .system, error.message)
        }
    }

    /// Whether a build ran, or waited for an action that is over now; others wait on.
    private func wasInterrupted(_ record: BuildRecord, _ journal: Journal) throws(JournalError) -> Bool {
        if record.state != .queued || record.action != nil { return true }
        guard let batch = record.batch.flatMap(BuildID.init) else { return false }
        return try journal.batch(batch)?.status.isTerminal ?? true
    }

    private func end(_ record: BuildRecord, _ journal: Journal) throws(JournalError) {
        let folder = home.build(record.id)
        var build = (try? BuildReader.progress(of: folder)) ?? BuildView.make(record, log: folder.log)
        let now = Timestamp.now()
        if let last = build.phases.indices.last, build.phases[last].endTime == nil {
            let context = Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: HomeRestore.reason)
            build.phases[last].finish(.fault, at: now, context: context)
        }
        build.end(.fault, at: now)
        build.statusReason = HomeRestore.reason
        let text = JSONText.encode(build)
        try journal.finish(
            record.id,
            .fault,
            reason: HomeRestore.reason,
            result: String(decoding: text, as: UTF8.self),
            at: now.milliseconds
        )
        // It may have ended while the backup was written; the journal did not know of that.
        try? Folder.remove(folder.result)
        if Folder.isFolder(folder.path) { try? AtomicFile.write(text, to: folder.result) }
    }
}
