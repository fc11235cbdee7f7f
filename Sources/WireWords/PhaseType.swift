// SPDX-License-Identifier: Apache-2.0

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
}
