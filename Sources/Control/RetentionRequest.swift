// SPDX-License-Identifier: Apache-2.0

/// What a client may ask about what is kept.
package enum RetentionRequest: Sendable, Hashable, Codable {
    /// Removes what the policy does not keep, or only says what that would be; with `project`, only of that project or
    /// pipeline.
    case collect(isDryRun: Bool, project: String?)
}
