// SPDX-License-Identifier: Apache-2.0

internal import Pipelines

/// Carries out the actions of one kind.
///
/// An order may come again with the same id, after the daemon has been killed at any moment: then the provider goes on with
/// what it finds, or tells how it ended, and does nothing a second time.
protocol ActionProvider: Sendable {
    /// Runs an action to its end; never blocks the thread that it is called on.
    ///
    /// It is told of a cancelled order by the task's cancellation, ends what it has begun, and returns whatever it likes.
    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome
}
