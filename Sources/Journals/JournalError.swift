// SPDX-License-Identifier: Apache-2.0

package import SQLite

/// Why the journal could not be opened, read or written.
package struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package let code: Code
    /// For a person: the path, what is wrong, and what to do.
    package let message: String
    /// What SQLite said; nil where it was not asked.
    package let cause: SQLiteError?

    /// The kinds of failure that a caller may want to tell apart.
    package enum Code: String, Sendable, Hashable {
        /// The file is something else than Nacre's journal.
        case notAJournal
        /// The file, or a value in it, cannot be what was written.
        case damaged
        /// The file is gone, but others show that it was there.
        case missing
        /// A newer version of Nacre has written the file.
        case newerSchema
        /// There is no space left on the disk; nothing was changed.
        case diskFull
        /// Another process held the file for too long; nothing was changed.
        case busy
        /// The file cannot be opened, read or written.
        case inaccessible
        /// A name, path or id is taken; nothing was changed.
        case conflict
        /// A fault of ours.
        case fault
    }

    init(_ code: Code, _ message: String, cause: SQLiteError? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Says what a failure of SQLite means for the journal at `path`.
    init(_ cause: SQLiteError, path: String) {
        let remedy = "Nothing was changed. \(Self.remedy(for: path))"
        switch cause.kind {
        case .notADatabase:
            self.init(
                .notAJournal,
                "\(path) is not a journal of Nacre's, or its beginning is damaged. \(remedy)",
                cause: cause
            )
        case .damaged, .statement:
            self.init(.damaged, "\(path) is damaged: \(cause.message). \(remedy)", cause: cause)
        case .full:
            self.init(
                .diskFull,
                "\(path) cannot be written: no space is left on the disk. Make room, and try again.",
                cause: cause
            )
        case .busy:
            self.init(.busy, "\(path) is in use by another process. See which with: fuser \(path)", cause: cause)
        case .inaccessible, .inputOutput:
            self.init(
                .inaccessible,
                "\(path) cannot be used: \(cause.message). See that the file and its folder can be read and written.",
                cause: cause
            )
        case .constraint:
            self.init(
                .conflict,
                "What was to be recorded clashes with what is on record: \(cause.message).",
                cause: cause
            )
        case .other:
            self.init(.fault, "\(path): \(cause.message). This is a fault of Nacre's.", cause: cause)
        }
    }

    /// What to do about a journal that is no good.
    ///
    /// Builds and artifacts are never to be left alone with a journal that does not know them.
    static func remedy(for path: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        return """
            Restore the file from a backup; or, to begin anew without repositories and build history, move all of \
            \(folder) away.
            """
    }

    package var description: String { message }
}
