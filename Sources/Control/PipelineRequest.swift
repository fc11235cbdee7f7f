// SPDX-License-Identifier: Apache-2.0

/// What a client may ask about pipelines and executions.
package enum PipelineRequest: Sendable, Hashable, Codable {
    case list
}
