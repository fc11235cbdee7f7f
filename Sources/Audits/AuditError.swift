// SPDX-License-Identifier: Apache-2.0

/// Why something cannot be put on record.
package struct AuditError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what failed, on what, what to do.
    package let message: String

    package var description: String { message }
}
