// SPDX-License-Identifier: Apache-2.0

package import Builds
package import Pipelines

/// An execution of a pipeline, as a client is told of it.
package struct ExecutionReport: Sendable, Hashable, Codable {
    package var execution: PipelineExecution
    /// That of the execution's version; nil where it is gone, or was told before.
    package var definition: PipelineDefinition?
    /// What it waits for, one sentence each.
    package var waitReasons: [String]
    /// That its artifacts were removed; nil while they are there.
    package var removal: Build.Removal?

    package init(_ execution: PipelineExecution, _ definition: PipelineDefinition? = nil, waitReasons: [String] = []) {
        self.execution = execution
        self.definition = definition
        self.waitReasons = waitReasons
    }

    /// What holds it up: the reasons without those that only say that an action runs, which is no waiting.
    package var holds: [String] { waitReasons.filter { !$0.hasPrefix("The action `") } }
}
