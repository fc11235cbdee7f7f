// SPDX-License-Identifier: Apache-2.0

/// What the journal keeps of a machine, beside what it has anyway: the definitions and the executions.
///
/// It stays small, some hundred bytes a stage and live execution, however long the history grows and however much the
/// executions hold.
package struct MachineSnapshot: Sendable, Hashable, Codable {
    /// The version of the current definition.
    package var version: Int
    /// All versions that the machine needs back, the current one included, ascending.
    package var versions: [Int]
    /// The ids of the executions that the machine needs back, sorted.
    package var executions: [String]
    package var stages: [StageState]
    package var lastNumber: Int64
    var passages: [String: StagePassage]
    var lastSucceeded: [String: String]
    var retryable: [String]
    var answers: [AnsweredApproval]
}
