// SPDX-License-Identifier: Apache-2.0

/// How an action or a rule has ended.
package struct ActionOutcome: Sendable, Hashable, Codable {
    package var output: ActionOutput
    /// Nil: it has succeeded.
    package var failure: ActionFailure?

    package init(output: ActionOutput = ActionOutput(), failure: ActionFailure? = nil) {
        self.output = output
        self.failure = failure
    }

    /// A failure that delivers nothing.
    package static func failed(_ code: ActionFailure.Code, _ message: String) -> ActionOutcome {
        ActionOutcome(failure: ActionFailure(code, message))
    }
}
