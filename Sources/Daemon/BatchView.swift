// SPDX-License-Identifier: Apache-2.0

internal import Batches
internal import Builds
internal import Control
internal import Journals
internal import Repositories
internal import WireWords

/// Batches as clients see them.
enum BatchView {
    /// What people call a batch.
    static func label(_ record: BatchRecord) -> String { "\(record.id.project)#batch\(record.number)" }

    /// All that is known at this moment.
    /// - Parameters:
    ///   - record: the batch.
    ///   - builds: its builds, retries too, oldest first.
    ///   - home: where the folders of builds are.
    /// - Returns: the batch, and its builds in the given order.
    static func make(
        _ record: BatchRecord,
        _ builds: [BuildRecord],
        home: Home
    ) -> (batch: BuildBatch, builds: [Build]) {
        var batch = BuildBatch(
            id: record.id,
            number: Int(record.number),
            initiator: record.initiator,
            source: Build.Source(type: "CODECOMMIT", location: ""),
            at: Timestamp(milliseconds: record.queuedAt)
        )
        batch.sourceVersion = BranchPatterns.branch(ofRef: record.ref) ?? record.ref
        batch.resolvedSourceVersion = record.commit
        batch.begin(.downloadBatchspec, at: Timestamp(milliseconds: record.queuedAt))
        if let planned = record.plannedAt { batch.begin(.inProgress, at: Timestamp(milliseconds: planned)) }
        if let end = record.endedAt {
            let context = record.problemCode.map { code in
                Build.Phase.Context(statusCode: code, message: record.endReason ?? "")
            }
            batch.end(record.status, at: Timestamp(milliseconds: end), context: context)
        }
        let whole = builds.map { BuildView.makeWhole($0, home: home) }
        if let progress = BatchProgress(record, builds) {
            batch.update(progress.machine, builds: Dictionary(grouping: whole) { $0.batchBuildIdentifier ?? "" })
        }
        return (batch, whole)
    }
}
