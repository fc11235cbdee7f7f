// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Files
internal import SQLite

/// Why a bucket or an object could not be made, read, written or removed.
package struct BucketError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart; those of S3 have S3's code words.
    package enum Code: String, Sendable, Hashable {
        case noSuchBucket = "NoSuchBucket"
        case noSuchKey = "NoSuchKey"
        case noSuchVersion = "NoSuchVersion"
        case bucketAlreadyExists = "BucketAlreadyExists"
        case bucketNotEmpty = "BucketNotEmpty"
        case invalidBucketName = "InvalidBucketName"
        case keyTooLong = "KeyTooLongError"
        case invalidArgument = "InvalidArgument"
        case metadataTooLarge = "MetadataTooLarge"
        /// A delete marker has nothing to read.
        case methodNotAllowed = "MethodNotAllowed"
        /// The store's file, or stored bytes, cannot be what was written.
        case damaged = "Damaged"
        /// A newer version of Nacre has written the store.
        case newerSchema = "NewerSchema"
        /// There is no space left on the disk; nothing was changed.
        case diskFull = "DiskFull"
        /// Another process held the store for too long; nothing was changed.
        case busy = "Busy"
        /// A file cannot be opened, read or written.
        case inaccessible = "Inaccessible"
        /// A fault of ours.
        case fault = "InternalError"
    }

    /// What kind of failure it is.
    package let code: Code
    /// For a person: what failed, on what, what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Says what a failure of SQLite means for the store at `path`.
    init(_ error: SQLiteError, path: String) {
        switch error.kind {
        case .notADatabase:
            self.init(
                .damaged,
                "\(path) is not a store of Nacre's, or its beginning is damaged. \(Self.remedy)"
            )
        case .damaged, .statement: self.init(.damaged, "\(path) is damaged: \(error.message). \(Self.remedy)")
        case .full: self.init(.diskFull, "\(path) cannot be written: no space is left on the disk")
        case .busy: self.init(.busy, "\(path) is in use by another process. See which with: fuser \(path)")
        case .inaccessible, .inputOutput: self.init(.inaccessible, "\(path) cannot be used: \(error.message)")
        case .constraint, .other: self.init(.fault, "\(path): \(error.message). This is a fault of Nacre's.")
        }
    }

    /// What to do about a file that cannot be what was written.
    static let remedy = """
        Nothing was changed. Restore the file from a backup; or, to begin anew without buckets, move it and the files beside it \
        whose names begin with its name away.
        """

    init(_ error: ArtifactError) {
        switch error.code {
        case .digestMismatch, .notFound: self.init(.damaged, error.message)
        default: self.init(error.cause?.isFullDisk == true ? .diskFull : .inaccessible, error.message)
        }
    }

    init(_ error: FileError) {
        self.init(error.isFullDisk ? .diskFull : .inaccessible, error.description)
    }

    package var description: String { message }
}
