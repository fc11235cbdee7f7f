// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// Why no more of the user's commands may run.
package enum Interruption: Sendable, Hashable {
    /// Somebody wants the build to end.
    case stopped
    /// It has taken as long as it may.
    case timedOut(seconds: Int)

    /// What the phase and the build end as.
    package var status: BuildStatus {
        switch self {
        case .stopped: .stopped
        case .timedOut: .timedOut
        }
    }

    /// What the phase says; AWS's own words are not known.
    package var context: Build.Phase.Context {
        switch self {
        case .stopped:
            Build.Phase.Context(message: "The build was stopped.")
        case .timedOut(let seconds):
            Build.Phase.Context(
                statusCode: "BUILD_TIMED_OUT",
                message: "Build has timed out. It may take \(Self.text(seconds: seconds))."
            )
        }
    }

    private static func text(seconds: Int) -> String {
        if seconds % 60 != 0 { return seconds == 1 ? "1 second" : "\(seconds) seconds" }
        return seconds == 60 ? "1 minute" : "\(seconds / 60) minutes"
    }
}
