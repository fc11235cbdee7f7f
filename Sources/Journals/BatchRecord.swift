// SPDX-License-Identifier: Apache-2.0

internal import SQLite
package import WireWords

/// A batch of builds as the journal knows it.
///
/// Instants are milliseconds since 1970, UTC. How far it has come, its builds tell.
package struct BatchRecord: Sendable, Hashable {
    package let id: BuildID
    /// Counts the batches of its project from 1.
    package let number: Int64
    /// The repository at the time; it may have been removed since.
    package let repository: RepositoryID?
    package let ref: String
    package let commit: String
    package let previousCommit: String?
    package let initiator: String
    /// The variables given for all builds, as JSON.
    package let environment: String
    /// How its builds run: a JSON text that the journal does not read.
    package let settings: String
    package let status: BuildStatus
    /// What is to be built: a JSON text that the journal does not read; nil until the buildspec has been read.
    package let plan: String?
    package let queuedAt: Int64
    /// When its buildspec had been read.
    package let plannedAt: Int64?
    package let endedAt: Int64?
    /// AWS's status code for what kept it from running; nil where it ran.
    package let problemCode: String?
    /// Why it ended, where the builds do not say it.
    package let endReason: String?
    package let stopRequestedBy: String?
    package let stopRequestedAt: Int64?
    /// The order of a pipeline that it carries out; nil for a batch of its own.
    package let action: String?
    /// What the workspaces of its builds are filled with instead of a commit: a JSON text that the journal does not read.
    package let inputs: String?

    static let columns = """
        project, uuid, number, repository_id, ref, commit_oid, previous_commit, initiator, environment, settings, status, \
        plan, queued_at, planned_at, ended_at, problem_code, end_reason, stop_requested_by, stop_requested_at, \
        action, inputs
        """

    /// Reads `columns`.
    init(_ row: borrowing Row) throws(SQLiteError) {
        guard let id = BuildID(project: try row.text(0), uuid: try row.text(1)) else {
            throw row.unexpected(1, "a UUID")
        }
        self.id = id
        number = try row.integer(2)
        repository = try row.optionalInteger(3).map(RepositoryID.init(rawValue:))
        ref = try row.text(4)
        commit = try row.text(5)
        previousCommit = try row.optionalText(6)
        initiator = try row.text(7)
        environment = try row.text(8)
        settings = try row.text(9)
        guard let status = BuildStatus(rawValue: try row.text(10)) else {
            throw row.unexpected(10, "a batch's status")
        }
        self.status = status
        plan = try row.optionalText(11)
        queuedAt = try row.integer(12)
        plannedAt = try row.optionalInteger(13)
        endedAt = try row.optionalInteger(14)
        problemCode = try row.optionalText(15)
        endReason = try row.optionalText(16)
        stopRequestedBy = try row.optionalText(17)
        stopRequestedAt = try row.optionalInteger(18)
        action = try row.optionalText(19)
        inputs = try row.optionalText(20)
    }
}
