// SPDX-License-Identifier: Apache-2.0

/// AWS's `PipelineSummary`, an item of `list-pipelines`.
package struct PipelineSummary: Sendable, Hashable, Codable {
    package var name: String
    package var version: Int
    package var pipelineType: String
    package var executionMode: String
    package var created: EpochSeconds
    package var updated: EpochSeconds

    /// * `created`: milliseconds since 1970, as is `updated`.
    package init(_ definition: PipelineDefinition, created: Int64, updated: Int64) {
        name = definition.name
        version = definition.version
        // What AWS takes a pipeline for that does not say.
        pipelineType = definition.pipelineType ?? "V1"
        executionMode = definition.executionMode.rawValue
        self.created = EpochSeconds(milliseconds: created)
        self.updated = EpochSeconds(milliseconds: updated)
    }
}
