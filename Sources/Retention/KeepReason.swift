// SPDX-License-Identifier: Apache-2.0

/// Why something stays although it is over, whatever the policy says.
package enum KeepReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// It waits or runs.
    case unfinished
    /// An execution or a batch that is not over needs it.
    case needed
    /// An environment serves what it made, or would go back to it.
    case live
    /// The newest of its project or pipeline that succeeded.
    case latestSuccess = "latest-success"
    /// Its workspace waits for `nacre debug`, or somebody is in it.
    case debug
    /// Its pipeline knows it as the latest in a stage: its row stays, for a retry or a rollback; what it made may go.
    case pipeline
    /// No rule of the policy takes it.
    case policy

    /// One sentence for a person.
    package var explanation: String {
        switch self {
        case .unfinished: "not over yet"
        case .needed: "needed by an execution or a batch that is not over"
        case .live: "served by an environment, or what it would go back to"
        case .latestSuccess: "the latest success of its project or pipeline"
        case .debug: "kept for `nacre debug`"
        case .pipeline: "the latest in a stage of its pipeline: the row stays, files may go"
        case .policy: "within the policy"
        }
    }

    /// Whether files stay too, and not only the row.
    var keepsFiles: Bool { self != .pipeline && self != .policy }
}
