// SPDX-License-Identifier: Apache-2.0

/// What AWS's views of actions have in common.
extension ActionExecution {
    /// Whether a person must answer it, and has not.
    package var isWaitingApproval: Bool { type.category == "Approval" && status == .inProgress }

    /// What was made elsewhere for it; of an approval that waits, its token, which is where AWS has it for PARALLEL pipelines.
    var shownExternalID: String? { isWaitingApproval ? output.externalID ?? token : output.externalID }

    /// What the provider says of it, or the comment of whoever answered an approval.
    var shownSummary: String? { approval.map(\.comment) ?? output.summary }

    /// Who changed it last, in AWS's form; nil for the machine.
    var shownUpdatedBy: String? {
        guard let person = approval?.person ?? updatedBy, !person.isEmpty else { return nil }
        return PersonName.arn(person)
    }
}
