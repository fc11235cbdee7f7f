// SPDX-License-Identifier: Apache-2.0

package import Pipelines
internal import SQLite

/// A pipeline as the journal knows it, without what it is doing.
package struct PipelineRecord: Sendable, Hashable {
    /// The present version of it.
    package let definition: PipelineDefinition
    /// Where it comes from, for a person: a file, a repository, a user.
    package let origin: String
    /// Whether a change of any of its sources starts it, though no rule that was applied says so.
    package let assumesRules: Bool
    /// Milliseconds since 1970.
    package let createdAt: Int64
    package let updatedAt: Int64

    package var name: String { definition.name }

    static let columns = "v.definition, p.origin, p.assumes_rules, p.created_at, p.updated_at"
    static let tables = "pipelines AS p JOIN pipeline_versions AS v ON v.pipeline = p.name AND v.version = p.version"

    /// Reads `columns`.
    init(_ row: borrowing Row) throws(SQLiteError) {
        definition = try JSONColumn.read(PipelineDefinition.self, row, 0, "a pipeline's definition")
        origin = try row.text(1)
        assumesRules = try row.boolean(2)
        createdAt = try row.integer(3)
        updatedAt = try row.integer(4)
    }
}
