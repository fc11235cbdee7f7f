// SPDX-License-Identifier: Apache-2.0

/// The daemon's answer to a `NotificationRequest`.
package enum NotificationAnswer: Sendable, Hashable, Codable {
    case done
}
