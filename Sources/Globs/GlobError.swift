// SPDX-License-Identifier: Apache-2.0

/// A pattern that cannot be read.
package struct GlobError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with a pattern.
    package enum Code: Hashable, Sendable {
        /// A `[` without its `]`, or an empty or backward range in between.
        case badClass
        /// A `\` at the end of a segment, with nothing to escape.
        case trailingEscape
        /// More than 120 names between slashes.
        case tooManyNames
    }

    package let code: Code
    /// The whole pattern.
    package let pattern: String

    package init(code: Code, pattern: String) {
        self.code = code
        self.pattern = pattern
    }

    package var description: String {
        switch code {
        case .badClass: "the pattern '\(pattern)' has a '[' without a proper ']'"
        case .trailingEscape: "the pattern '\(pattern)' ends a name in '\\', which escapes nothing"
        case .tooManyNames: "the pattern '\(pattern)' has more than 120 names"
        }
    }
}
