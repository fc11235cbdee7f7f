// SPDX-License-Identifier: Apache-2.0

/// What has come of an event: both parts are journalled with the machine's snapshot, in one transaction.
package struct MachineStep: Sendable, Hashable {
    /// What is to be done, in this order; each id occurs in one `run` or `runRule` and in one `cancel` at most, ever.
    package var effects: [PipelineEffect]
    /// Every execution that is new or has changed, as it is now, once each; also those that have left the machine.
    package var touched: [PipelineExecution]

    package init(effects: [PipelineEffect] = [], touched: [PipelineExecution] = []) {
        self.effects = effects
        self.touched = touched
    }
}
