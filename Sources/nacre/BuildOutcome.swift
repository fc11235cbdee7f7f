// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import WireWords

/// What an ended build means for the exit code.
enum BuildOutcome {
    /// How a build ended that has been followed to its end.
    static func ended(_ followed: Build, _ context: VerbContext) throws -> Build {
        let answer = try? context.ask(.showBuild(build: followed.id))
        // A daemon that stops leaves its builds running; what was followed has not ended then.
        guard case .build(let build) = answer, build.buildComplete else {
            let label = "\(followed.projectName)#\(followed.buildNumber)"
            throw VerbError(.unreachable, "the daemon has stopped; \(label) goes on, and the next daemon takes it up")
        }
        return build
    }

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
