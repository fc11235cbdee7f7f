// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A trigger of a pipeline of type V2.
package struct TriggerDeclaration: Sendable, Hashable {
    /// Includes and excludes; excludes win, and excludes alone mean everything else.
    package struct Filter: Sendable, Hashable, Codable {
        package var includes: [String]?
        package var excludes: [String]?

        package init(includes: [String]? = nil, excludes: [String]? = nil) {
            self.includes = includes
            self.excludes = excludes
        }
    }

    /// What must hold together.
    package struct Push: Sendable, Hashable, Codable {
        package var tags: Filter?
        package var branches: Filter?
        package var filePaths: Filter?

        package init(tags: Filter? = nil, branches: Filter? = nil, filePaths: Filter? = nil) {
            self.tags = tags
            self.branches = branches
            self.filePaths = filePaths
        }
    }

    /// As given; AWS knows `CodeStarSourceConnection` only.
    package var providerType: String
    package var sourceActionName: String
    /// Any of them starts an execution.
    package var push: [Push]
    /// Pull requests, which this machine does not have; a warning says so, and they are given back as they came.
    package var pullRequest: JSONValue?

    package init(sourceActionName: String, push: [Push], providerType: String = "CodeStarSourceConnection") {
        self.providerType = providerType
        self.sourceActionName = sourceActionName
        self.push = push
    }
}
