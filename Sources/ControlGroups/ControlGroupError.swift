// SPDX-License-Identifier: Apache-2.0

/// Why there is no control group.
package struct ControlGroupError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The machine, or the place in it where this process runs, offers none with the wanted controllers.
        case unavailable
        /// A limit is refused by the kernel.
        case badLimit
    }

    package let code: Code
    /// Half a sentence that says why.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
