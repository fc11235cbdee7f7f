// SPDX-License-Identifier: Apache-2.0

/// What a client may ask about notifications.
package enum NotificationRequest: Sendable, Hashable, Codable {
    case list
}
