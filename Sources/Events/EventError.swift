// SPDX-License-Identifier: Apache-2.0

/// A pattern, schedule, window or path that cannot be read.
package struct EventError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of text it was.
    package enum Code: String, Sendable, Hashable {
        /// A pattern; AWS's exception.
        case invalidPattern = "InvalidEventPatternException"
        /// A schedule, a window, a path, a template; AWS's exception.
        case invalid = "ValidationException"
    }

    package let code: Code
    /// For a person, in AWS's words where these are known.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// As EventBridge says it.
    static func pattern(_ reason: String) -> EventError {
        EventError(.invalidPattern, "Event pattern is not valid. Reason: \(reason)")
    }

    package var description: String { message }
}
