// SPDX-License-Identifier: Apache-2.0

/// How often things have happened since the journal was made; what is removed later stays counted.
package struct JournalTotals: Sendable, Hashable {
    /// Builds that have ended, by status.
    package var builds: [String: Int64] = [:]
    /// Executions that have ended, by status; one that is retried ends again.
    package var executions: [String: Int64] = [:]
    /// Moves of refs that were noticed, by `ChangeOrigin`.
    package var changes: [String: Int64] = [:]
}
