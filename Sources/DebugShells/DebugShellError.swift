// SPDX-License-Identifier: Apache-2.0

/// Why there is no debug shell.
package struct DebugShellError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Nobody listens: debugging is off, or the build is over.
        case unreachable
        /// The other end does not speak the protocol.
        case badMessage
        /// The other end went away in the middle.
        case lost
        /// The shell cannot be had.
        case refused
    }

    package let code: Code
    /// For a person.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
