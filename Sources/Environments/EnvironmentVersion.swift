// SPDX-License-Identifier: Apache-2.0

/// A bundle that an environment has; `versions/LABEL.json` beside the folder of what is in it.
package struct EnvironmentVersion: Sendable, Hashable, Codable {
    package let label: String
    /// The id of the request that brought it.
    package let request: String
    package let provenance: DeploymentProvenance
    /// Milliseconds since 1970.
    package let createdAt: Int64

    package init(label: String, request: String, provenance: DeploymentProvenance, createdAt: Int64) {
        self.label = label
        self.request = request
        self.provenance = provenance
        self.createdAt = createdAt
    }
}
