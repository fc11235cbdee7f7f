// SPDX-License-Identifier: Apache-2.0

package import Buildspecs

/// The phases of a build in their order: CodeBuild's `BuildPhaseType`.
package enum PhaseType: String, Sendable, Hashable, Codable, CaseIterable {
    case submitted = "SUBMITTED"
    case queued = "QUEUED"
    case provisioning = "PROVISIONING"
    case downloadSource = "DOWNLOAD_SOURCE"
    case install = "INSTALL"
    case preBuild = "PRE_BUILD"
    case build = "BUILD"
    case postBuild = "POST_BUILD"
    case uploadArtifacts = "UPLOAD_ARTIFACTS"
    case finalizing = "FINALIZING"
    case completed = "COMPLETED"

    /// The phase of the buildspec whose commands run in it; nil for the agent's own phases.
    package var commandPhase: PhaseName? {
        switch self {
        case .install: .install
        case .preBuild: .preBuild
        case .build: .build
        case .postBuild: .postBuild
        default: nil
        }
    }
}
