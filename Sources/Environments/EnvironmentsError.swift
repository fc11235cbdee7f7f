// SPDX-License-Identifier: Apache-2.0

internal import Files

/// Why something was not done with an environment.
package struct EnvironmentsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable, Hashable {
        /// A name, port or other setting that cannot be.
        case invalid
        /// There is no such environment or version.
        case notFound
        /// There is one already, or its port is another's.
        case conflict
        /// Another request is being carried out.
        case busy
        /// The disk, or a program that cannot be started.
        case system
    }

    package let code: Code
    /// One sentence: what failed, on what, what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: FileError) {
        self.init(.system, "\(error)")
    }

    package var description: String { message }

    /// Translates what the file system says.
    static func system<Value>(_ body: () throws(FileError) -> Value) throws(EnvironmentsError) -> Value {
        do throws(FileError) { return try body() } catch { throw EnvironmentsError(error) }
    }
}
