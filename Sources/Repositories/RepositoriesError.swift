// SPDX-License-Identifier: Apache-2.0

package import Files
package import Git

/// Something in or about a repository that could not be done.
package struct RepositoriesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Sendable, Hashable {
        /// A system call failed.
        case file
        /// Libgit2 failed, or the repository is damaged.
        case git
        /// Our hook was edited since it was installed; it is left alone.
        case hookModified
        /// There is an earlier hook in store already, and another one in its place.
        case hookConflict
        /// A hook request that does not follow the protocol.
        case invalidRequest
        /// A text that must not be used for this, such as a path with a newline.
        case invalidText
    }

    /// The kind, for programs.
    package let code: Code
    /// One sentence for a person, without a full stop.
    package let message: String
    /// The file or repository in question.
    package let path: String?

    package init(_ code: Code, _ message: String, path: String? = nil) {
        self.code = code
        self.message = message
        self.path = path
    }

    package init(_ error: FileError) {
        self.init(.file, "\(error.reason) (\(error.function))", path: error.path)
    }

    package init(_ error: GitError) {
        self.init(.git, "\(error.message) (\(error.operation))", path: error.path)
    }

    /// `PATH: message`.
    package var description: String {
        if let path { "\(path): \(message)" } else { message }
    }
}
