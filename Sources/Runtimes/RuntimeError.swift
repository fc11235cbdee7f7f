// SPDX-License-Identifier: Apache-2.0

/// A runtime that the buildspec asks for and the machine does not have.
package struct RuntimeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The problem, in CodeBuild's words where it has any.
    package let message: String
    /// What to do about it.
    package let hint: String

    package init(message: String, hint: String) {
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(message) (\(hint))" }
}
