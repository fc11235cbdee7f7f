// SPDX-License-Identifier: Apache-2.0

package import Files
internal import SQLite

/// Why a backup could not be written, checked or unpacked.
package struct BackupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart.
    package enum Code: String, Sendable, Hashable {
        /// The file is something else.
        case notABackup
        /// The file is not what was written; the message names the entry.
        case damaged
        /// A newer version of Nacre has written it.
        case newer
        /// It cannot be done as things are: a home that is not empty, a daemon that runs.
        case refused
        /// There is no room on the disk.
        case diskFull
        /// The file system's or SQLite's reasons.
        case system
    }

    package let code: Code
    /// One sentence: what failed, on what, what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// * `what`: what could not be done, as in "the backup cannot be written".
    package init(_ cause: FileError, _ what: String) {
        self.init(cause.isFullDisk ? .diskFull : .system, "\(what): \(cause)")
    }

    init(_ cause: SQLiteError, path: String) {
        switch cause.kind {
        case .full: self.init(.diskFull, "\(path) cannot be copied: no space is left on the disk")
        case .damaged, .notADatabase:
            self.init(.damaged, "\(path) is damaged: \(cause.message); see `nacre doctor --deep`")
        default: self.init(.system, "\(path) cannot be copied: \(cause.message)")
        }
    }

    package var description: String { message }
}
