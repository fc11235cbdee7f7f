// SPDX-License-Identifier: Apache-2.0

/// The daemon's answer to a `NotificationRequest`.
package enum NotificationAnswer: Sendable, Hashable, Codable {
    case targets([NotificationView])
    case target(NotificationView)
    /// How a test went; `failure` is nil where it arrived.
    case tested(failure: String?)
}
