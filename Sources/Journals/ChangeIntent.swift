// SPDX-License-Identifier: Apache-2.0

/// What is to follow from a change, unless it was noticed before.
package enum ChangeIntent: Sendable, Hashable {
    /// A build is queued.
    case build(BuildDraft)
    /// A batch of builds is begun.
    case batch(BatchDraft)
    /// Executions of pipelines are queued; a pipeline that is gone by now has none.
    case executions([ExecutionDraft])
    /// A build would have followed, but was not wanted; the reason is for a person, such as "push option nacre.skip".
    case skip(String)
    /// No build follows from such a change; one word such as `deleted` or `notWatched`.
    case none(String)
}
