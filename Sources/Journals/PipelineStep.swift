// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// What applying an event has changed: written whole or not at all.
package struct PipelineStep: Sendable {
    package var pipeline: String
    /// The machine's state after it.
    package var machine: MachineSnapshot
    /// When the pipeline must be woken, in milliseconds since 1970; nil: never.
    package var deadline: Int64?
    /// Executions that have changed, or are new.
    package var executions: [PipelineExecution] = []
    /// Effects that are to be begun.
    package var effects: [UnfinishedEffect] = []
    /// Ids of effects whose end this event has told.
    package var ended: [String] = []
    /// Ids of effects that are to end early.
    package var cancelled: [String] = []
    package var announcements: [PipelineAnnouncement] = []
    /// The row that has been applied; nil for an event that had none.
    package var applied: Int64?

    package init(pipeline: String, machine: MachineSnapshot, deadline: Int64?) {
        self.pipeline = pipeline
        self.machine = machine
        self.deadline = deadline
    }
}
