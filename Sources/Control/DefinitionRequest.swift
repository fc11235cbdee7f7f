// SPDX-License-Identifier: Apache-2.0

/// What a client may ask about definitions, and about what has come of them.
package enum DefinitionRequest: Sendable, Hashable, Codable {
    /// Applies files, all of them or nothing.
    case apply(DefinitionOrder)
    /// From now on a file of a repository is applied whenever its branch moves; nil: not any more.
    case setSource(repository: String, path: String?, branch: String)
    case listSources
    /// Says which repository stands for one of a code host; nil: none any more.
    case map(remote: String, repository: String?)
    case listMappings
    /// What whoever is asked to approve an execution is shown.
    case approval(execution: String)
    /// What runs in an environment, or lies in a bucket, and where it came from.
    case blame(place: String)
}
