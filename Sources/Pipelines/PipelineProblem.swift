// SPDX-License-Identifier: Apache-2.0

/// Something that is wrong with a pipeline's definition.
package struct PipelineProblem: Sendable, Hashable, Codable {
    /// Whether the definition can be used all the same.
    package enum Severity: String, Sendable, Hashable, Codable {
        /// The definition is refused.
        case error
        /// The definition is used, but its author may regret it.
        case warning
    }

    /// Where, in the tree of `get-pipeline`, such as `stages[1].actions[0].inputArtifacts[0]`; empty for the whole pipeline.
    package var path: String
    /// What AWS refuses it with, such as `InvalidActionDeclarationException`.
    package var exception: String
    package var severity: Severity
    /// One sentence for a person, lower case first, no full stop.
    package var message: String
    /// What to do about it; nil where the message says enough.
    package var hint: String?
    /// Whether the last key of the path is wrong itself, not its value.
    package var concernsKey: Bool

    package init(
        path: String,
        exception: String,
        severity: Severity = .error,
        message: String,
        hint: String? = nil,
        concernsKey: Bool = false
    ) {
        self.path = path
        self.exception = exception
        self.severity = severity
        self.message = message
        self.hint = hint
        self.concernsKey = concernsKey
    }
}

extension PipelineProblem: CustomStringConvertible {
    /// `PATH: MESSAGE; HINT (EXCEPTION)`.
    package var description: String {
        (path.isEmpty ? "" : "\(path): ") + message + (hint.map { "; \($0)" } ?? "") + " (\(exception))"
    }
}
