// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Pipelines

/// Finds what source actions of one kind are pinned to when an execution starts.
protocol SourcePinning: Sendable {
    /// What the source is now; nil when it has nothing yet, which then fails the action with a message of its own.
    func head(of action: ActionDeclaration) async -> SourceRevision?

    /// A revision that was asked for by its id: a commit, a version of an object.
    /// - Throws: `invalid` with `ValidationException` when the source does not have it.
    func revision(_ id: String, of action: ActionDeclaration) async throws(ControlFailure) -> SourceRevision
}
