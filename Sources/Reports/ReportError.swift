// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import XML

/// A report file that cannot be read, or a folder where reports cannot be kept.
package struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of refusal.
    package enum Code: Sendable, Hashable {
        /// The file is of another format than it should be.
        case format
        /// The file is not well-formed, or breaks a limit.
        case syntax
        /// The system refused a call.
        case system
    }

    package let code: Code
    /// One sentence without the file's name; AWS's words where they are known.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: XMLError) {
        // A wrong root element is told in AWS's own words, which have no place.
        if error.code == .refused {
            self.init(.format, error.message)
        } else {
            self.init(.syntax, error.description)
        }
    }

    init(_ error: FileError) {
        self.init(.system, error.reason)
    }

    package var description: String { message }
}
