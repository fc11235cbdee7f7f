// SPDX-License-Identifier: Apache-2.0

/// AWS's providers that cannot be carried out here, with the reason: they are refused by name.
enum RefusedProviders {
    /// Why actions of a provider cannot be carried out, half a sentence; nil for a provider that AWS does not have.
    static func reason(for type: ActionTypeID) -> String? {
        if let reason = actions["\(type.category)/\(type.provider)"] { return reason }
        switch type.owner {
        case "Custom": return "no worker can ask for the jobs of a custom action"
        case "ThirdParty" where type.provider != "GitHub": return "it is a service of another company"
        default: return nil
        }
    }

    /// Why rules of a provider cannot be carried out; nil for a provider that AWS does not have.
    static func reason(forRule provider: String) -> String? { rules[provider] }

    /// Their names, for near misses.
    static var names: [String] { actions.keys.sorted().compactMap { $0.split(separator: "/").last.map(String.init) } }

    private static let stacks = "there are no stacks of CloudFormation"
    private static let containers = "there is no cluster of containers"

    private static let actions = [
        "Source/ECR": "there is no registry of images",
        "Source/ECRPublic": "there is no registry of images",
        "Build/ECRBuildAndPublish": "there is no registry of images",
        "Build/Jenkins": "no worker can ask for the jobs of a custom action",
        "Test/Jenkins": "no worker can ask for the jobs of a custom action",
        "Test/DeviceFarm": "there are no devices of Device Farm",
        "Test/BlazeMeter": "it is a service of another company",
        "Test/GhostInspector": "it is a service of another company",
        "Invoke/Lambda": "there are no functions of Lambda",
        "Invoke/StepFunctions": "there are no state machines",
        "Invoke/CodePipeline": "a pipeline does not start another one",
        "Invoke/InspectorScan": "there is no Inspector",
        "Deploy/Lambda": "there are no functions of Lambda",
        "Deploy/CloudFormation": stacks,
        "Deploy/CloudFormationStackSet": stacks,
        "Deploy/CloudFormationStackInstances": stacks,
        "Deploy/ECS": containers,
        "Deploy/CodeDeployToECS": containers,
        "Deploy/EKS": containers,
        "Deploy/EC2": "there are no instances of EC2",
        "Deploy/ServiceCatalog": "there is no Service Catalog",
        "Deploy/OpsWorks": "AWS has ended OpsWorks",
        "Deploy/AppConfig": "there is no AppConfig",
        "Deploy/AlexaSkillsKit": "it is a service of another company",
    ]

    private static let rules = [
        "CloudWatchAlarm": "there are no alarms of CloudWatch",
        "LambdaInvoke": "there are no functions of Lambda",
    ]
}
