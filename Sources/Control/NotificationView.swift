// SPDX-License-Identifier: Apache-2.0

/// A target of notifications, and how its deliveries went.
///
/// Instants are milliseconds since 1970, UTC.
package struct NotificationView: Sendable, Hashable, Codable {
    package var target: NotificationTarget
    /// How many notifications wait for their delivery.
    package var pending: Int
    /// When the next of them is tried; nil where none waits.
    package var nextTryAt: Int64?
    /// The last that arrived.
    package var deliveredAt: Int64?
    /// Why the last try that failed did; nil since one has arrived.
    package var failure: String?
    package var failedAt: Int64?
    /// How many were given up since the target was added.
    package var lost: Int

    package init(target: NotificationTarget) {
        self.target = target
        pending = 0
        lost = 0
    }
}
