// SPDX-License-Identifier: Apache-2.0

/// What happens to executions that meet.
package enum ExecutionMode: String, Sendable, Hashable, Codable, CaseIterable {
    case superseded = "SUPERSEDED"
    case queued = "QUEUED"
    case parallel = "PARALLEL"
}
