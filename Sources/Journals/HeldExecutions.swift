// SPDX-License-Identifier: Apache-2.0

/// The ids of executions that something else needs.
package struct HeldExecutions: Sendable, Hashable {
    /// Pipelines go on from them: without their rows a pipeline cannot be restored.
    package let known: Set<String>
    /// The last that succeeded in a stage, and the one before it: a rollback goes back to them, by itself or by hand.
    package let live: Set<String>
    /// They are not over, or something waits to be told to them.
    package let awaited: Set<String>
}
