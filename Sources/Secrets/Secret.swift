// SPDX-License-Identifier: Apache-2.0

/// A secret without its values: what Secrets Manager's `DescribeSecret` and `ListSecrets` tell.
package struct Secret: Sendable, Hashable {
    package let name: String
    /// With six characters by chance at its end, which stay as long as the secret.
    package let arn: String
    package let description: String?
    /// Milliseconds since 1970, UTC.
    package let createdAt: Int64
    /// When a value was last put; milliseconds since 1970, UTC.
    package let changedAt: Int64
    /// The versions in the order of their making.
    package let versions: [Version]

    /// One value's version.
    package struct Version: Sendable, Hashable {
        /// A UUID, or what the putter has given.
        package let id: String
        /// Sorted; empty for one that is deprecated.
        package let stages: [String]
        /// Milliseconds since 1970, UTC.
        package let createdAt: Int64

        package init(id: String, stages: [String], createdAt: Int64) {
            self.id = id
            self.stages = stages
            self.createdAt = createdAt
        }
    }
}
