// SPDX-License-Identifier: Apache-2.0

internal import Files

/// Why a revision cannot be installed, in a sentence.
package struct AppSpecError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }

    /// A call that failed.
    init(_ cause: FileError) {
        message = "\(cause)"
    }

    package var description: String { message }
}
