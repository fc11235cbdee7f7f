// SPDX-License-Identifier: Apache-2.0

package import Files

/// A cache entry that could not be written or read.
package struct CacheError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why; stable, for tests and for callers that tell cases apart.
    package enum Code: Hashable, Sendable {
        /// The entry's file is not what was written: cut off, or with wrong bytes.
        case damaged
        /// The entry would be larger than all caches together may be.
        case tooLarge
        /// The caller does not want it any more.
        case stopped
        /// The system refused a call; see `cause`.
        case system
    }

    package let code: Code
    /// One sentence for a person, without a capital letter or a full stop, to follow a colon.
    package let message: String
    /// The system call behind it, if any.
    package let cause: FileError?

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        cause = nil
    }

    init(_ cause: FileError) {
        code = .system
        message = cause.description
        self.cause = cause
    }

    static let stopped = CacheError(.stopped, "it was stopped")

    package var description: String { message }

    /// Runs file calls and translates their error.
    @discardableResult
    static func system<Value: ~Copyable>(_ body: () throws(FileError) -> Value) throws(CacheError) -> Value {
        do throws(FileError) { return try body() } catch { throw CacheError(error) }
    }
}
