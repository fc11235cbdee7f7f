// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// A pipeline, as a client is told of it.
package struct PipelineReport: Sendable, Hashable, Codable {
    /// The answer of `get-pipeline`.
    package var document: PipelineDocument
    /// The answer of `get-pipeline-state`; its executions are in `executions`.
    package var state: PipelineState
    /// Where the definition came from: a file, or a repository's commit.
    package var origin: String
    /// Why the file that was pushed last is refused, where the definition comes by push; empty where it is in force.
    package var definitionProblems: [String] = []
    /// Those that are alive or the newest of a stage, and the newest at all; the newest first, without definitions.
    package var executions: [ExecutionReport]

    package init(document: PipelineDocument, state: PipelineState, origin: String, executions: [ExecutionReport]) {
        self.document = document
        self.state = state
        self.origin = origin
        self.executions = executions
    }

    package var definition: PipelineDefinition { document.pipeline }

    /// The execution of an id, if it is among them.
    package func execution(_ id: String?) -> PipelineExecution? {
        executions.first { $0.execution.id == id }?.execution
    }
}
