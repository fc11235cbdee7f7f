// SPDX-License-Identifier: Apache-2.0

/// The answer of `get-pipeline`.
package struct PipelineDocument: Sendable, Hashable, Codable {
    /// AWS's `PipelineMetadata`.
    package struct Metadata: Sendable, Hashable, Codable {
        package var pipelineArn: String
        package var created: EpochSeconds
        package var updated: EpochSeconds
    }

    package var pipeline: PipelineDefinition
    package var metadata: Metadata

    /// * `created`: milliseconds since 1970, as is `updated`.
    package init(_ definition: PipelineDefinition, created: Int64, updated: Int64) {
        pipeline = definition
        metadata = Metadata(
            pipelineArn: "arn:aws:codepipeline:us-east-1:000000000000:\(definition.name)",
            created: EpochSeconds(milliseconds: created),
            updated: EpochSeconds(milliseconds: updated)
        )
    }
}
