// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// The daemon's answer to a `DefinitionRequest`.
package enum DefinitionAnswer: Sendable, Hashable, Codable {
    case plan(DefinitionPlan)
    /// What there is; after `setSource` the one that was set, or none.
    case sources([DefinitionSource])
    case mappings([MappedRepository])
    case approval(ApprovalView)
    case blame(BlameView)
}
