// SPDX-License-Identifier: Apache-2.0

/// The status of a build, in AWS's words; see
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html>.
package enum BuildStatus: String, Sendable, Hashable, CaseIterable {
    case inProgress = "IN_PROGRESS"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case fault = "FAULT"
    case stopped = "STOPPED"
    case timedOut = "TIMED_OUT"

    /// Whether a build with this status is over.
    package var isTerminal: Bool { self != .inProgress }
}
