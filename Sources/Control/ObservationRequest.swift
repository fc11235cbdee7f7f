// SPDX-License-Identifier: Apache-2.0

/// What a client may ask for to see how the daemon is.
package enum ObservationRequest: Sendable, Hashable, Codable {
    /// Answered by `metrics`.
    case metrics
}
