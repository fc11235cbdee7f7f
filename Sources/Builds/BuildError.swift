// SPDX-License-Identifier: Apache-2.0

/// Why a build could not be prepared, run or read.
package struct BuildError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The folder's request or result cannot be read.
        case badFolder
        /// A system call failed.
        case system
        /// What was asked for would destroy something.
        case refused
        /// Another supervisor has the folder, or it has been built already.
        case taken
    }

    package let code: Code
    /// One sentence: what failed, on what, what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
