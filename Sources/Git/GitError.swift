// SPDX-License-Identifier: Apache-2.0

/// A call of libgit2 that failed, or a repository's content that we refuse.
package struct GitError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Sendable, Hashable {
        /// There is no such repository, ref, object or configuration value.
        case notFound
        /// What was to be made is there already.
        case exists
        /// A file or ref is locked by another process; trying again helps.
        case locked
        /// The object is of another type, or the name is not one that git allows.
        case invalid
        /// A limit given by the caller was passed.
        case tooLarge
        /// A tree holds a name that must not be written to a disk, such as `..` or `.git`.
        case unsafeEntry
        /// A system call on the target of a checkout failed.
        case fileSystem
        /// The caller does not want it any more.
        case stopped
        /// Anything else: most often a corrupt or unreadable repository.
        case failed
    }

    /// The kind, for programs.
    package let code: Code
    /// The C function that failed, as in its documentation.
    package let operation: String
    /// What libgit2 or the system said, one sentence without a full stop.
    package let message: String
    /// The repository, file or entry that it was about.
    package let path: String?

    package init(_ code: Code, operation: String, message: String, path: String? = nil) {
        self.code = code
        self.operation = operation
        self.message = message
        self.path = path
    }

    /// `PATH: message (operation)`.
    package var description: String {
        if let path { "\(path): \(message) (\(operation))" } else { "\(message) (\(operation))" }
    }
}
