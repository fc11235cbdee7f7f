// SPDX-License-Identifier: Apache-2.0

/// One run through a pipeline, with all that has become of it: the record that the journal keeps.
///
/// Instants are milliseconds since 1970, UTC.
package struct PipelineExecution: Sendable, Hashable, Codable {
    /// A UUID.
    package var id: String
    package var pipeline: String
    /// Counts the executions of the pipeline from 1.
    package var number: Int64
    /// The version of the definition, which it keeps to its end.
    package var version: Int
    package var mode: ExecutionMode
    package var status: ExecutionStatus
    package var statusSummary: String?
    package var trigger: ExecutionTrigger
    /// Of a rollback: the execution whose sources, variables and artifacts it has.
    package var rollbackTarget: String?
    package var startedAt: Int64
    package var updatedAt: Int64
    /// The pipeline's variables, fixed at the start.
    package var variables: [String: String]
    /// By source action: what it is pinned to, or has delivered; absent where its head could not be found at the start.
    package var revisions: [String: SourceRevision]
    package var stopReason: String?
    package var stopRequestedBy: String?
    /// Of every stage of the definition, in its order.
    package var stages: [StageExecution]
    /// By name: the newest of each.
    package var artifacts: [String: ArtifactReference]
    /// By namespace: what the actions have given out, last attempt.
    package var outputVariables: [String: [String: String]]

    /// What people call it, `PIPELINE/NUMBER`; builds are `PROJECT#NUMBER`.
    package var label: String { "\(pipeline)/\(number)" }
    /// Its artifacts, in the order in which they were made.
    package var artifactsInOrder: [ArtifactReference] {
        let made = stages.flatMap(\.actions).flatMap(\.output.artifacts).map(\.name)
        var places: [String: Int] = [:]
        for (place, name) in made.enumerated() where places[name] == nil { places[name] = place }
        return artifacts.values.sorted { left, right in
            (places[left.name] ?? made.count, left.name) < (places[right.name] ?? made.count, right.name)
        }
    }
    package var isRollback: Bool { rollbackTarget != nil }
}
