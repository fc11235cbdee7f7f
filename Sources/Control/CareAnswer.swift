// SPDX-License-Identifier: Apache-2.0

/// The daemon's answer to a `CareRequest`.
package enum CareAnswer: Sendable, Hashable, Codable {
    case drain(DrainReport)
}
