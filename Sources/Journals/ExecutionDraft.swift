// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// The wish for an execution, as one row of the journal: applied later, counted and known by its key at once.
package struct ExecutionDraft: Sendable, Hashable {
    package var pipeline: String
    /// What makes it the only one of its pipeline; nil for one that follows from a change of a ref, which has its own.
    package var key: String?
    /// `start` or `rollback`; the journal gives it its number.
    package var event: PipelineEvent

    package init(pipeline: String, key: String?, event: PipelineEvent) {
        self.pipeline = pipeline
        self.key = key
        self.event = event
    }

    /// Takes over what another start of the pipeline is pinned to by what was pushed.
    package mutating func pin(_ other: ExecutionDraft) {
        guard case .start(var start) = event, case .start(let newer) = other.event else { return }
        start.revisions.merge(newer.revisions) { $1 }
        event = .start(start)
    }

    /// The execution's id; nil for an event that makes none.
    var execution: String? {
        switch event {
        case .start(let start): start.id
        case .rollback(_, _, let id, _, _): id
        default: nil
        }
    }

    /// The event with its number.
    package func numbered(_ number: Int64) -> PipelineEvent {
        switch event {
        case .start(var start):
            start.number = number
            return .start(start)
        case .rollback(let stage, let target, let id, _, let person):
            return .rollback(stage: stage, target: target, id: id, number: number, by: person)
        default: return event
        }
    }
}
