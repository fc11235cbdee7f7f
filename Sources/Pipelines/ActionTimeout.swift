// SPDX-License-Identifier: Apache-2.0

/// How long an action may take whose declaration does not say.
///
/// Source: CodePipeline user guide, "Quotas"; rules have no numbers there and take those of the action of their provider.
package enum ActionTimeout {
    private static let hour = 60
    private static let day = 24 * hour
    private static let longest = 60 * day

    /// In milliseconds.
    ///
    /// * `declared`: what the declaration says, in minutes; it has been checked when it was applied, but may be damaged since.
    static func milliseconds(declared: Int?, of type: ActionTypeID) -> Int64 {
        Int64(max(0, min(declared ?? minutes(of: type), longest))) * 60_000
    }

    /// In minutes.
    package static func minutes(of type: ActionTypeID) -> Int {
        if type.owner == "Custom" { return day }
        if type.isApproval { return 7 * day }
        return switch (type.category, type.provider) {
        // A window may be a week away.
        case ("Rule", "DeploymentWindow"): 7 * day
        case ("Deploy", "S3"): 90
        case (_, "CodeBuild"): 8 * hour
        case (_, "Lambda"), (_, "LambdaInvoke"): day
        case (_, "StepFunctions"): 7 * day
        case (_, "CloudFormation"), (_, "CloudFormationStackSet"), (_, "CloudFormationStackInstances"): 3 * day
        case (_, "CodeDeploy"), (_, "CodeDeployToECS"): 5 * day
        default: hour
        }
    }
}
