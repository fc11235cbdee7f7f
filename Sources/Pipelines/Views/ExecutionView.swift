// SPDX-License-Identifier: Apache-2.0

/// The answer of `get-pipeline-execution`, with the execution's part of `list-action-executions` beside it.
package struct ExecutionView: Sendable, Hashable, Codable {
    /// AWS's `PipelineExecution`.
    package struct Execution: Sendable, Hashable, Codable {
        package var pipelineName: String
        package var pipelineVersion: Int
        package var pipelineExecutionId: String
        package var status: String
        package var statusSummary: String?
        package var artifactRevisions: [Revision]
        package var variables: [Variable]
        package var trigger: TriggerView
        package var executionMode: String
        package var executionType: String
        package var rollbackMetadata: RollbackMetadata?
    }

    /// AWS's `ArtifactRevision`.
    package struct Revision: Sendable, Hashable, Codable {
        /// The artifact's name.
        package var name: String
        package var revisionId: String
        package var revisionSummary: String?
        package var revisionUrl: String?
        /// When the source action had it; absent before.
        package var created: EpochSeconds?
    }

    /// AWS's `ResolvedPipelineVariable`.
    package struct Variable: Sendable, Hashable, Codable {
        package var name: String
        package var resolvedValue: String
    }

    package var pipelineExecution: Execution
    /// The newest first; absent in the answer of `get-pipeline-execution` itself.
    package var actionExecutionDetails: [ActionExecutionDetail]?

    /// Makes one.
    /// - Parameters:
    ///   - execution: the execution.
    ///   - definition: that of its version; nil where it is gone.
    ///   - withActions: whether the actions' attempts come along.
    package init(_ execution: PipelineExecution, _ definition: PipelineDefinition?, withActions: Bool = true) {
        pipelineExecution = Execution(
            pipelineName: execution.pipeline,
            pipelineVersion: execution.version,
            pipelineExecutionId: execution.id,
            status: execution.status.rawValue,
            statusSummary: execution.statusSummary,
            artifactRevisions: Self.revisions(execution, definition),
            variables: execution.variables.sorted { $0.key < $1.key }.map {
                Variable(name: $0.key, resolvedValue: $0.value)
            },
            trigger: TriggerView(execution.trigger),
            executionMode: execution.mode.rawValue,
            executionType: execution.type,
            rollbackMetadata: RollbackMetadata(execution)
        )
        actionExecutionDetails = withActions ? ActionExecutionDetail.list(execution, definition) : nil
    }

    /// In the order of the source actions; their names by order where the definition is gone.
    private static func revisions(_ execution: PipelineExecution, _ definition: PipelineDefinition?) -> [Revision] {
        execution.sourceNames(definition).compactMap { name in
            guard let revision = execution.revisions[name] else { return nil }
            let delivered = execution.stages.first?.latest(name)
            let declared = definition?.sourceActions.first { $0.name == name }?.outputArtifacts.first?.name
            return Revision(
                name: declared ?? delivered?.output.artifacts.first?.name ?? name,
                revisionId: revision.id,
                revisionSummary: revision.summary.isEmpty ? nil : revision.summary,
                revisionUrl: revision.url,
                created: delivered.flatMap { action in
                    action.status == .succeeded ? EpochSeconds(milliseconds: action.updatedAt) : nil
                }
            )
        }
    }
}

extension PipelineExecution {
    /// The source actions that are pinned, in the definition's order; by name where the definition is gone.
    package func sourceNames(_ definition: PipelineDefinition?) -> [String] {
        let declared = definition?.sourceActions.map(\.name) ?? []
        return declared.filter { revisions[$0] != nil } + revisions.keys.filter { !declared.contains($0) }.sorted()
    }
}
