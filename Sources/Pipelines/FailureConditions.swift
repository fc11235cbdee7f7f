// SPDX-License-Identifier: Apache-2.0

/// What follows when a stage has failed: AWS's `onFailure`.
package struct FailureConditions: Sendable, Hashable {
    /// Acts without any condition; with conditions, theirs counts.
    package var result: ConditionResult?
    package var retryMode: RetryMode?
    /// Nil: unconditional.
    package var condition: ConditionDeclaration?

    package init(result: ConditionResult?, retryMode: RetryMode? = nil, condition: ConditionDeclaration? = nil) {
        self.result = result
        self.retryMode = retryMode
        self.condition = condition
    }
}
