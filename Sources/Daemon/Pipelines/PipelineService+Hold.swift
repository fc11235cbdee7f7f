// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import Pipelines

/// Actions that wait while the daemon is being drained: they are in the journal, and begun afterwards.
extension PipelineService {
    /// Begins no action and no rule until `release`; those that run go on, and approvals are taken.
    func hold() {
        isHeld = true
    }

    /// Begins what was ordered meanwhile.
    func release() {
        isHeld = false
        let effects = held
        held = []
        takeUp(effects)
    }

    /// What runs at this moment, in no order.
    func runningOrders() -> [ActionOrder] { Array(runningOrder.values) }

    /// Whether an effect of an earlier daemon's goes on somewhere: as a build or batch.
    func hasBegun(_ effect: UnfinishedEffect) async throws(JournalError) -> Bool {
        let id = effect.order.id
        return try await journal.use { journal throws(JournalError) in
            if try journal.build(ofAction: id) != nil { return true }
            return try journal.batch(ofAction: id) != nil
        }
    }
}
