// SPDX-License-Identifier: Apache-2.0

/// AWS's `PutApprovalResult`.
package struct ApprovalAnswer: Sendable, Hashable, Codable {
    package var stage: String
    package var action: String
    package var token: String
    package var isApproved: Bool
    package var comment: String
    package var person: String

    package init(stage: String, action: String, token: String, isApproved: Bool, comment: String, person: String) {
        self.stage = stage
        self.action = action
        self.token = token
        self.isApproved = isApproved
        self.comment = comment
        self.person = person
    }
}
