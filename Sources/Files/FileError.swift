// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A system call on a file or descriptor that failed.
package struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The `errno` value.
    package let code: Int32
    /// The C function, as in its manual page.
    package let function: String
    /// The path it was about; nil where only a descriptor was known.
    package let path: String?

    package init(code: Int32, function: String, path: String? = nil) {
        self.code = code
        self.function = function
        self.path = path
    }

    /// The system's own text for `code`, such as "No such file or directory".
    package var reason: String {
        unsafe String(cString: strerror(code))
    }

    /// `PATH: reason (function)`.
    package var description: String {
        if let path { "\(path): \(reason) (\(function))" } else { "\(reason) (\(function))" }
    }

    /// Whether the system is short of something that it may have again at any moment.
    package var isShortage: Bool { [EMFILE, ENFILE, ENOMEM, EAGAIN, ENOBUFS].contains(code) }

    /// Runs a call that answers -1 and sets `errno`, again when a signal interrupts it.
    /// - Returns: what the call answered, never -1.
    @discardableResult
    package static func check<Value: SignedInteger>(
        _ function: String,
        _ path: String? = nil,
        _ call: () -> Value
    ) throws(FileError) -> Value {
        while true {
            let value = call()
            if value != -1 { return value }
            let code = errno
            if code != EINTR { throw FileError(code: code, function: function, path: path) }
        }
    }

    /// Translates a call of the shims that answers 0 or an `errno`.
    package static func checkCode(_ function: String, _ path: String? = nil, _ code: Int32) throws(FileError) {
        if code != 0 { throw FileError(code: code, function: function, path: path) }
    }

    /// Translates a call of the shims that answers a value or a negated `errno`.
    package static func checkNegated(
        _ function: String,
        _ path: String? = nil,
        _ value: Int32
    ) throws(FileError) -> Int32 {
        if value < 0 { throw FileError(code: -value, function: function, path: path) }
        return value
    }
}
