// SPDX-License-Identifier: Apache-2.0

/// The answer to an `ObservationRequest`.
package enum ObservationAnswer: Sendable, Hashable, Codable {
    /// Prometheus's text format.
    case metrics(String)
}
