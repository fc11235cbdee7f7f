// SPDX-License-Identifier: Apache-2.0

/// The daemon's answer to a `PipelineRequest`.
package enum PipelineAnswer: Sendable, Hashable, Codable {
    case done
}
