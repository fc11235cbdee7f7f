// SPDX-License-Identifier: Apache-2.0

/// What a client may ask about notifications.
package enum NotificationRequest: Sendable, Hashable, Codable {
    /// Adds a target, or replaces the one of its name.
    case add(NotificationTarget)
    case list
    case remove(name: String)
    /// Delivers a made-up notification at once, and tells how that went.
    case test(name: String)
}
