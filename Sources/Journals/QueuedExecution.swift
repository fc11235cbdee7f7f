// SPDX-License-Identifier: Apache-2.0

/// An execution that is on record, begun or about to be.
package struct QueuedExecution: Sendable, Hashable {
    package let pipeline: String
    /// A UUID.
    package let id: String
    package let number: Int64
    /// Whether it was on record before, by the same key.
    package let isKnown: Bool

    /// What people call it.
    package var label: String { "\(pipeline)/\(number)" }
}
