// SPDX-License-Identifier: Apache-2.0

internal import SQLite
package import WireWords

/// A build as the journal knows it.
///
/// Instants are milliseconds since 1970, UTC; order follows `seq`, never a clock.
package struct BuildRecord: Sendable, Hashable {
    /// The order in which builds were queued, over all projects.
    package let seq: Int64
    package let id: BuildID
    /// Counts the builds of its project from 1, without gaps.
    package let number: Int64
    /// The repository at the time; it may have been removed since.
    package let repository: RepositoryID?
    package let ref: String
    package let commit: String
    package let previousCommit: String?
    package let initiator: String
    package let status: BuildStatus
    package let state: BuildState
    /// The phase that it is in, in AWS's words, from `QUEUED` to `COMPLETED`.
    package let currentPhase: String
    /// The variables given with the request, as JSON.
    package let environment: String
    /// The buildspec given with the request.
    package let buildspec: String?
    package let queuedAt: Int64
    /// When it got a slot.
    package let startedAt: Int64?
    package let endedAt: Int64?
    /// Why it waits; nil once it has a slot.
    package let waitReason: String?
    /// Why it ended, where the status does not say enough.
    package let endReason: String?
    package let stopRequestedBy: String?
    package let stopRequestedAt: Int64?
    /// How the project's builds ran when it was queued: a JSON text that the journal does not read.
    package let settings: String
    /// Which try it is; 0 for the first.
    package let attempt: Int64
    /// The build that failed before it: `PROJECT:UUID`.
    package let retryOf: String?
    /// The batch that it belongs to: `PROJECT:UUID`.
    package let batch: String?
    /// Which item of the batch it is: a JSON text that the journal does not read.
    package let batchItem: String?
    /// The order of a pipeline that it carries out, together with its other attempts; nil for a build of its own, and for an
    /// item of a batch.
    package let action: String?
    /// What its workspace is filled with instead of a commit: a JSON text that the journal does not read.
    package let inputs: String?
    /// AWS's `Build` object as JSON, kept once it has finished; nil before, and in lists that were not asked for it.
    package let result: String?

    static let columns = columns(result: "result")
    static let columnsWithoutResult = columns(result: "NULL AS result")

    private static func columns(result: String) -> String {
        """
        seq, project, uuid, number, repository_id, ref, commit_oid, previous_commit, initiator, status, state, \
        current_phase, environment, buildspec, queued_at, started_at, ended_at, wait_reason, end_reason, \
        stop_requested_by, stop_requested_at, \(result), settings, attempt, retry_of, \
        batch, batch_item, action, inputs
        """
    }

    /// Reads `columns` or `columnsWithoutResult`.
    init(_ row: borrowing Row) throws(SQLiteError) {
        seq = try row.integer(0)
        guard let id = BuildID(project: try row.text(1), uuid: try row.text(2)) else {
            throw row.unexpected(2, "a UUID")
        }
        self.id = id
        number = try row.integer(3)
        repository = try row.optionalInteger(4).map(RepositoryID.init(rawValue:))
        ref = try row.text(5)
        commit = try row.text(6)
        previousCommit = try row.optionalText(7)
        initiator = try row.text(8)
        guard let status = BuildStatus(rawValue: try row.text(9)) else { throw row.unexpected(9, "a build's status") }
        self.status = status
        guard let state = BuildState(rawValue: try row.text(10)) else { throw row.unexpected(10, "a build's state") }
        self.state = state
        currentPhase = try row.text(11)
        environment = try row.text(12)
        buildspec = try row.optionalText(13)
        queuedAt = try row.integer(14)
        startedAt = try row.optionalInteger(15)
        endedAt = try row.optionalInteger(16)
        waitReason = try row.optionalText(17)
        endReason = try row.optionalText(18)
        stopRequestedBy = try row.optionalText(19)
        stopRequestedAt = try row.optionalInteger(20)
        result = try row.optionalText(21)
        settings = try row.text(22)
        attempt = try row.integer(23)
        retryOf = try row.optionalText(24)
        batch = try row.optionalText(25)
        batchItem = try row.optionalText(26)
        action = try row.optionalText(27)
        inputs = try row.optionalText(28)
    }
}
