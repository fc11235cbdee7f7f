// SPDX-License-Identifier: Apache-2.0

internal import Pipelines

/// A regular expression of a template, which the whole value of a parameter is to match.
enum ValuePattern {
    /// What came of it.
    enum Outcome {
        case matches
        case differs
        /// It is no pattern, or one whose answer could take for ever.
        case cannotTell
    }

    static func match(_ value: String, _ pattern: String) -> Outcome {
        do throws(TextPattern.Problem) {
            return try TextPattern(pattern).matches(value) ? .matches : .differs
        } catch {
            return .cannotTell
        }
    }
}
