// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import WireWords

/// What an ended build means for the exit code.
enum BuildOutcome {
    static func exitCode(_ build: Build) -> ExitCode {
        switch build.buildStatus {
        case .succeeded, .inProgress: .success
        case .failed: hasBadBuildspec(build) ? .invalidFile : .failed
        case .fault: .fault
        case .stopped: .stopped
        case .timedOut: .timedOut
        }
    }

    private static func hasBadBuildspec(_ build: Build) -> Bool {
        build.phases.contains { phase in
            phase.phaseType == .downloadSource && phase.phaseStatus == .failed
                && phase.contexts?.first?.statusCode == "YAML_FILE_ERROR"
        }
    }
}
