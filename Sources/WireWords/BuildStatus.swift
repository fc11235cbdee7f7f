// SPDX-License-Identifier: Apache-2.0

/// How a build, or one phase of it, stands: CodeBuild's `StatusType`.
package enum BuildStatus: String, Sendable, Hashable, Codable, CaseIterable {
    case inProgress = "IN_PROGRESS"
    case succeeded = "SUCCEEDED"
    /// The user's command, or what the user asked for, failed.
    case failed = "FAILED"
    /// Nacre or the machine failed.
    case fault = "FAULT"
    case stopped = "STOPPED"
    case timedOut = "TIMED_OUT"

    /// Whether nothing can change it any more.
    package var isTerminal: Bool { self != .inProgress }
}
