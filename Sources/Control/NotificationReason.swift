// SPDX-License-Identifier: Apache-2.0

/// Why somebody is told something of a pipeline.
package enum NotificationReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// An approval waits for a person.
    case waiting
    /// An execution has failed, or a definition that was pushed is refused.
    case failed
    /// An execution has succeeded after the one before it had failed.
    case recovered
    case succeeded
    case started
    case superseded

    /// What a target is told of unless it says otherwise: what somebody has to do something about, and its end.
    package static let standard: [NotificationReason] = [.waiting, .failed, .recovered]
}
