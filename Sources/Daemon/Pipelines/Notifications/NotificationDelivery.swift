// SPDX-License-Identifier: Apache-2.0

/// A message that has still to reach a target; the journal keeps it until it has, or until it is given up.
///
/// Instants are milliseconds since 1970, UTC.
struct NotificationDelivery: Sendable, Hashable, Codable {
    /// How often a delivery is tried.
    static let tryLimit = 5
    /// How long after each try that failed the next one follows, in milliseconds.
    private static let delays: [Int64] = [1_000, 5_000, 30_000, 120_000]

    /// The same for the same event and target, and in the order of the events.
    let id: String
    /// The target's name.
    let target: String
    let message: NotificationMessage
    private(set) var tries = 0
    /// When it is tried next.
    private(set) var nextAt: Int64

    init(id: String, target: String, message: NotificationMessage, at now: Int64) {
        self.id = id
        self.target = target
        self.message = message
        nextAt = now
    }

    /// Notes a try that failed.
    /// - Returns: whether another follows.
    mutating func fail(at now: Int64) -> Bool {
        tries += 1
        guard tries < Self.tryLimit else { return false }
        nextAt = now + Self.delays[min(tries - 1, Self.delays.count - 1)]
        return true
    }
}
