// SPDX-License-Identifier: Apache-2.0

/// What is to be done about an event, after the journal has it.
package enum PipelineEffect: Sendable, Hashable, Codable {
    /// Begin an action; its end comes back as `actionEnded`.
    case run(ActionOrder)
    /// Begin a rule, of the category `Rule`; likewise.
    case runRule(ActionOrder)
    /// End an action or a rule early; whatever comes back of it afterwards is ignored.
    case cancel(id: String)
    /// Tell whoever listens.
    case announce(PipelineAnnouncement)
}
