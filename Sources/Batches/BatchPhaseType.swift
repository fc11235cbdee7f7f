// SPDX-License-Identifier: Apache-2.0

/// The phases of a batch: CodeBuild's `BuildBatchPhaseType`.
package enum BatchPhaseType: String, Sendable, Hashable, Codable {
    case submitted = "SUBMITTED"
    case downloadBatchspec = "DOWNLOAD_BATCHSPEC"
    case inProgress = "IN_PROGRESS"
    case combineArtifacts = "COMBINE_ARTIFACTS"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case stopped = "STOPPED"
}
