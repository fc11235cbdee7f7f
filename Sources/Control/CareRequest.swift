// SPDX-License-Identifier: Apache-2.0

/// What may be asked of the daemon for its care.
package enum CareRequest: Sendable, Hashable, Codable {
    /// Begin nothing more; what runs goes on.
    case drain
    /// Begin again.
    case undrain
    /// How the draining stands.
    case drainStatus
}
