// SPDX-License-Identifier: Apache-2.0

/// Why a daemon cannot start.
package struct DaemonError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Another daemon has the home.
        case homeTaken
        /// The home, its journal or its socket cannot be used.
        case badHome
    }

    package let code: Code
    /// One sentence: what is wrong, where, what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
