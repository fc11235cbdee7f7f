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

    /// Puts what has come of an event before this one's in front.
    package mutating func follow(_ earlier: MachineStep) {
        effects = earlier.effects + effects
        let known = Set(touched.map(\.id))
        touched = earlier.touched.filter { !known.contains($0.id) } + touched
    }
}
