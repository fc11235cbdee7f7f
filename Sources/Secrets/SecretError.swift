// SPDX-License-Identifier: Apache-2.0

internal import Ciphers
internal import SQLite

/// Why a parameter or secret could not be read or written; no text of it ever holds a value.
package struct SecretError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart.
    package enum Code: String, Sendable, Hashable {
        /// SSM's `ParameterNotFound`.
        case parameterNotFound
        /// SSM's `ParameterVersionNotFound`.
        case parameterVersionNotFound
        /// Secrets Manager's `ResourceNotFoundException`: no such secret, stage or version.
        case secretNotFound
        /// The secret's JSON has no such key.
        case missingKey
        /// A name, value, type, stage or reference that AWS would refuse, too.
        case invalid
        /// There is another value under a version id that was given.
        case conflict
        /// The key file is missing, no key, not the right one, or can be read by others; nothing was read or changed.
        case key
        /// The store, or a value in it, cannot be what was written.
        case damaged
        /// A newer version of Nacre has written the store.
        case newerSchema
        /// There is no space left on the disk; nothing was changed.
        case diskFull
        /// Another process held the store for too long; nothing was changed.
        case busy
        /// The store cannot be opened, read or written.
        case inaccessible
        /// A fault of ours.
        case fault
    }

    /// What kind of failure it is.
    package let code: Code
    /// For a person, in AWS's words where these are known.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: CipherError) {
        switch error.code {
        case .missingKey, .badKey, .inaccessible: self.init(.key, error.message)
        case .notAuthentic: self.init(.damaged, error.message)
        case .fault: self.init(.fault, error.message)
        }
    }

    /// Says what a failure of SQLite means for the store at `path`.
    init(_ error: SQLiteError, path: String) {
        switch error.kind {
        case .notADatabase:
            self.init(.damaged, "\(path) is not a store of Nacre's, or its beginning is damaged. \(Self.remedy)")
        case .damaged, .statement: self.init(.damaged, "\(path) is damaged: \(error.message). \(Self.remedy)")
        case .full: self.init(.diskFull, "\(path) cannot be written: no space is left on the disk")
        case .busy: self.init(.busy, "\(path) is in use by another process. See which with: fuser \(path)")
        case .inaccessible, .inputOutput: self.init(.inaccessible, "\(path) cannot be used: \(error.message)")
        case .constraint, .other: self.init(.fault, "\(path): \(error.message). This is a fault of Nacre's.")
        }
    }

    /// What to do about a file that cannot be what was written.
    static let remedy = """
        Nothing was changed. Restore the file from a backup; or, to begin anew without parameters and secrets, move it and the \
        files beside it whose names begin with its name away.
        """

    package var description: String { message }
}
