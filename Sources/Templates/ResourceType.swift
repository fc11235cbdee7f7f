// SPDX-License-Identifier: Apache-2.0

/// What Nacre makes of a type of resource, and what others that refer to one get.
struct ResourceType: Sendable {
    /// What is done with it.
    enum Treatment: Sendable {
        case applied
        /// Nothing, and nothing is missed; the reason is half a sentence.
        case notNeeded(String)
        /// Nothing, though somebody may expect it to work.
        case unsupported(String)
    }

    /// What `Ref` gives.
    enum Reference: Sendable {
        case name
        case arn
        case identifier
    }

    var treatment: Treatment
    /// The property that names it; nil: its name is made.
    var nameKey: String?
    var reference = Reference.name
    /// The part of its ARN before the name, `service:place:kind`; place is `-` where region and account are left out, `a` for
    /// the account alone.
    var arn: String?
    /// What `Fn::GetAtt` may ask of an applied one; nil: anything.
    var attributes: [String]?

    /// The type of a name such as `AWS::CodeBuild::Project`; nil for a name that is of no type.
    static func find(_ name: String) -> ResourceType? {
        if let type = table[name] { return type }
        let parts = name.split(separator: ":", omittingEmptySubsequences: true)
        guard name.contains("::"), parts.count >= 2 else { return nil }
        if parts[0] == "Custom" {
            return ResourceType(treatment: .notNeeded("custom resources are not carried out here"))
        }
        guard parts.count >= 3 else { return nil }
        let reason = services[String(parts[1])]
        let arn = "\(parts[1].lowercased())::\(parts[2].lowercased())/"
        return ResourceType(treatment: reason.map(Treatment.notNeeded) ?? .unsupported(unknown), arn: arn)
    }

    /// The types that are carried out.
    static let applied = table.filter { if case .applied = $0.value.treatment { true } else { false } }.keys.sorted()

    private static let unknown = "resources of this type are not carried out here"
    private static let permissions = "permissions are not needed here"
    private static let machine = "this machine takes the place of others"

    /// Services of which nothing is needed here.
    private static let services = [
        "IAM": permissions,
        "KMS": "keys of KMS are not needed here",
        "Logs": "builds keep their own logs",
        "SNS": "notifications are set up with `nacre notify`",
        "EC2": machine,
        "AutoScaling": machine,
        "ECR": "there is no registry of images here",
        "CodeStarConnections": "repositories of others are mapped with `nacre repo map`",
        "CodeConnections": "repositories of others are mapped with `nacre repo map`",
        "CloudTrail": "changes are noticed without a trail",
        "CodeDeploy": "this machine takes the place of a deployment group",
        "SSMGuiConnect": permissions,
    ]

    private static let table: [String: ResourceType] = {
        var table: [String: ResourceType] = [
            "AWS::CodePipeline::Pipeline": ResourceType(
                treatment: .applied,
                nameKey: "Name",
                arn: "codepipeline::",
                attributes: ["Version"]
            ),
            "AWS::CodeBuild::Project": ResourceType(
                treatment: .applied,
                nameKey: "Name",
                arn: "codebuild::project/",
                attributes: ["Arn", "Id"]
            ),
            "AWS::CodeCommit::Repository": ResourceType(
                treatment: .applied,
                nameKey: "RepositoryName",
                reference: .identifier,
                arn: "codecommit::",
                attributes: ["Arn", "Name", "CloneUrlHttp", "CloneUrlSsh", "RepositoryId"]
            ),
            "AWS::SSM::Parameter": ResourceType(
                treatment: .applied,
                nameKey: "Name",
                arn: "ssm::parameter/",
                attributes: ["Type", "Value"]
            ),
            "AWS::S3::Bucket": ResourceType(
                treatment: .applied,
                nameKey: "BucketName",
                arn: "s3:-:",
                attributes: [
                    "Arn", "DomainName", "RegionalDomainName", "DualStackDomainName", "WebsiteURL",
                ]
            ),
            "AWS::Events::Rule": ResourceType(
                treatment: .applied,
                nameKey: "Name",
                arn: "events::rule/",
                attributes: ["Arn"]
            ),
            "AWS::ElasticBeanstalk::Application": ResourceType(
                treatment: .applied,
                nameKey: "ApplicationName",
                arn: "elasticbeanstalk::application/",
                attributes: []
            ),
            "AWS::ElasticBeanstalk::Environment": ResourceType(
                treatment: .applied,
                nameKey: "EnvironmentName",
                arn: "elasticbeanstalk::environment/",
                attributes: ["EndpointURL"]
            ),
        ]
        func note(
            _ name: String,
            _ treatment: Treatment,
            _ nameKey: String? = nil,
            _ reference: Reference = .name,
            arn: String? = nil
        ) {
            table[name] = ResourceType(treatment: treatment, nameKey: nameKey, reference: reference, arn: arn)
        }
        note("AWS::IAM::Role", .notNeeded(permissions), "RoleName", arn: "iam:a:role/")
        note("AWS::IAM::User", .notNeeded(permissions), "UserName", arn: "iam:a:user/")
        note("AWS::IAM::Group", .notNeeded(permissions), "GroupName", arn: "iam:a:group/")
        note("AWS::IAM::ManagedPolicy", .notNeeded(permissions), "ManagedPolicyName", .arn, arn: "iam:a:policy/")
        note(
            "AWS::IAM::InstanceProfile",
            .notNeeded(permissions),
            "InstanceProfileName",
            arn: "iam:a:instance-profile/"
        )
        note("AWS::KMS::Key", .notNeeded("keys of KMS are not needed here"), nil, .identifier, arn: "kms::key/")
        note("AWS::KMS::Alias", .notNeeded("keys of KMS are not needed here"), "AliasName", arn: "kms::")
        note("AWS::Logs::LogGroup", .notNeeded("builds keep their own logs"), "LogGroupName", arn: "logs::log-group:")
        note(
            "AWS::SNS::Topic",
            .notNeeded("notifications are set up with `nacre notify`"),
            "TopicName",
            .arn,
            arn: "sns::"
        )
        note(
            "AWS::ECR::Repository",
            .notNeeded("there is no registry of images here"),
            "RepositoryName",
            arn: "ecr::repository/"
        )
        for service in ["CodeStarConnections", "CodeConnections"] {
            let reason = "repositories of others are mapped with `nacre repo map`"
            let prefix = service == "CodeConnections" ? "codeconnections" : "codestar-connections"
            note("AWS::\(service)::Connection", .notNeeded(reason), nil, .arn, arn: "\(prefix)::connection/")
        }
        note("AWS::CDK::Metadata", .notNeeded("it describes the template"))
        note("AWS::CloudFormation::CustomResource", .notNeeded("custom resources are not carried out here"))
        note("AWS::CloudFormation::WaitCondition", .notNeeded("nothing waits for it here"))
        note("AWS::CloudFormation::WaitConditionHandle", .notNeeded("nothing waits for it here"))
        note("AWS::S3::BucketPolicy", .notNeeded(permissions))
        note("AWS::Lambda::Permission", .notNeeded(permissions))
        note("AWS::Events::EventBusPolicy", .notNeeded(permissions))
        note("AWS::SQS::QueuePolicy", .notNeeded(permissions))
        note("AWS::SecretsManager::ResourcePolicy", .notNeeded(permissions))
        note(
            "AWS::CodeBuild::ReportGroup",
            .notNeeded("reports are kept with each build"),
            "Name",
            .arn,
            arn: "codebuild::report-group/"
        )
        note(
            "AWS::CodeBuild::SourceCredential",
            .notNeeded("repositories are local"),
            nil,
            .arn,
            arn: "codebuild::token/"
        )
        note("AWS::CodePipeline::Webhook", .notNeeded("a push to the mapped repository is noticed without it"), "Name")
        note("AWS::CodeDeploy::Application", .notNeeded(machine), "ApplicationName", arn: "codedeploy::application:")
        note(
            "AWS::CodeDeploy::DeploymentGroup",
            .notNeeded(machine),
            "DeploymentGroupName",
            arn: "codedeploy::deploymentgroup:"
        )
        note(
            "AWS::CodeDeploy::DeploymentConfig",
            .notNeeded(machine),
            "DeploymentConfigName",
            arn: "codedeploy::deploymentconfig:"
        )
        note("AWS::ElasticBeanstalk::ApplicationVersion", .notNeeded("the pipeline makes the versions"))
        note(
            "AWS::ElasticBeanstalk::ConfigurationTemplate",
            .notNeeded("its options are put into the environments that name it"),
            "TemplateName"
        )

        let functions = "functions are not carried out here"
        note("AWS::Lambda::Function", .unsupported(functions), "FunctionName", arn: "lambda::function:")
        note("AWS::Lambda::LayerVersion", .unsupported(functions), "LayerName", .arn, arn: "lambda::layer:")
        note("AWS::Serverless::Function", .unsupported(functions), "FunctionName", arn: "lambda::function:")
        note(
            "AWS::StepFunctions::StateMachine",
            .unsupported("state machines are not carried out here"),
            "StateMachineName",
            .arn,
            arn: "states::stateMachine:"
        )
        note(
            "AWS::CloudFormation::Stack",
            .unsupported("stacks are not carried out here; apply the other template as a file of its own"),
            nil,
            .arn,
            arn: "cloudformation::stack/"
        )
        for kind in ["Model", "Endpoint", "EndpointConfig", "Pipeline", "NotebookInstance"] {
            note(
                "AWS::SageMaker::\(kind)",
                .unsupported("resources of SageMaker are not carried out here"),
                "\(kind)Name",
                .arn,
                arn: "sagemaker::\(kind.lowercased())/"
            )
        }
        note(
            "AWS::SecretsManager::Secret",
            .unsupported("a secret is not made from a template; store it with `nacre secret set`"),
            "Name",
            .arn,
            arn: "secretsmanager::secret:"
        )
        note(
            "AWS::CodeStarNotifications::NotificationRule",
            .unsupported("rules of notification are set up with `nacre notify add`"),
            "Name",
            .arn,
            arn: "codestar-notifications::notificationrule/"
        )
        note(
            "AWS::CloudWatch::Alarm",
            .unsupported("alarms are not carried out here"),
            "AlarmName",
            arn: "cloudwatch::alarm:"
        )
        note("AWS::DynamoDB::Table", .unsupported(unknown), "TableName", arn: "dynamodb::table/")
        note("AWS::ECS::Cluster", .unsupported(unknown), "ClusterName", arn: "ecs::cluster/")
        note("AWS::ECS::Service", .unsupported(unknown), "ServiceName", .arn, arn: "ecs::service/")
        note("AWS::SQS::Queue", .unsupported(unknown), "QueueName", arn: "sqs::")
        return table
    }()
}
