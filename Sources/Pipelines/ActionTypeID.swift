// SPDX-License-Identifier: Apache-2.0

/// Which kind of action: AWS's `actionTypeId`.
package struct ActionTypeID: Sendable, Hashable, Codable {
    /// `Source`, `Build`, `Test`, `Deploy`, `Approval`, `Invoke`, `Compute`.
    package var category: String
    /// `AWS`, `ThirdParty`, `Custom`.
    package var owner: String
    /// Such as `CodeBuild`.
    package var provider: String
    package var version: String

    package init(category: String, owner: String = "AWS", provider: String, version: String = "1") {
        self.category = category
        self.owner = owner
        self.provider = provider
        self.version = version
    }
}

extension ActionTypeID {
    /// Whether a person gives the answer: category `Approval`, provider `Manual`.
    package var isApproval: Bool { category == "Approval" }
    /// Whether it brings a revision into the pipeline.
    package var isSource: Bool { category == "Source" }
}
