// SPDX-License-Identifier: Apache-2.0

package import Files

/// An artifact that could not be selected, kept or read.
package struct ArtifactError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why; stable, for tests and for callers that tell cases apart.
    package enum Code: Hashable, Sendable {
        /// No file matched any pattern; AWS calls it `CLIENT_ERROR`.
        case noMatchingFiles
        /// No folder matched `base-directory`; AWS calls it `CLIENT_ERROR`.
        case noMatchingBaseDirectory
        /// A file whose name is not UTF-8: it could not be written the same way everywhere.
        case unsupportedName
        /// The store has no such artifact.
        case notFound
        /// The stored bytes are not those that were stored.
        case digestMismatch
        /// The system refused a call; see `cause`.
        case system
    }

    package let code: Code
    /// One sentence for a person; for the first two codes in AWS's own words.
    package let message: String
    /// The system call behind it, if any.
    package let cause: FileError?

    package init(_ code: Code, _ message: String, cause: FileError? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    init(_ cause: FileError) {
        self.init(.system, cause.description, cause: cause)
    }

    package var description: String { message }
}
