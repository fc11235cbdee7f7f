// SPDX-License-Identifier: Apache-2.0

/// Why the daemon did not do what it was asked.
package struct ControlFailure: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, Codable {
        /// The request itself makes no sense.
        case invalid
        /// There is no such thing.
        case notFound
        /// The thing is there but not in a state for it.
        case conflict
        /// Nacre or the machine failed.
        case fault
        /// No daemon answers.
        case unreachable
    }

    package let code: Code
    /// One sentence for a person: what failed, on what, what to do.
    package let message: String
    /// AWS's name for it, such as `StageNotRetryableException`; nil where there is none.
    package let exception: String?

    package init(_ code: Code, _ message: String, exception: String? = nil) {
        self.code = code
        self.message = message
        self.exception = exception
    }

    package var description: String { message }
}
