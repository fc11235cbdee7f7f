// SPDX-License-Identifier: Apache-2.0

/// The answer to an approval.
package struct ApprovalRecord: Sendable, Hashable, Codable {
    package var isApproved: Bool
    package var comment: String
    package var person: String
    /// Milliseconds since 1970.
    package var at: Int64

    package init(isApproved: Bool, comment: String, person: String, at: Int64) {
        self.isApproved = isApproved
        self.comment = comment
        self.person = person
        self.at = at
    }
}
