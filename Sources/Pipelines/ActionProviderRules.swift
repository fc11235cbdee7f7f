// SPDX-License-Identifier: Apache-2.0

/// What an action of one provider may and must have: AWS's "valid action types" with the configuration keys of each.
struct ActionProviderRules: Sendable {
    /// A key of `configuration`.
    struct Key: Sendable {
        /// What its value may be.
        enum Form: Sendable {
            case any
            case flag
            case oneOf([String])
            /// A text that holds the JSON of a list of variables.
            case variables
        }

        let name: String
        let isRequired: Bool
        let form: Form
    }

    /// The variables that an action gives to later ones.
    enum Variables: Sendable {
        /// None at all.
        case nothing
        /// Just these.
        case fixed([String])
        /// Those named in `outputVariables`.
        case declared
        /// Whatever the build exports.
        case any
    }

    let provider: String
    let categories: [String]
    let owner: String
    let inputs: ClosedRange<Int>
    let outputs: ClosedRange<Int>
    let keys: [Key]
    let variables: Variables

    /// Whether it has `commands`, `outputVariables`, `environmentVariables` and the `files` of its outputs.
    var hasCommands: Bool { provider == "Commands" }

    /// Whether it can take an artifact that is no more than a reference to a commit.
    var readsCloneReferences: Bool { provider == "CodeBuild" || provider == "Commands" }

    private init(
        _ provider: String,
        _ categories: [String],
        owner: String = "AWS",
        inputs: ClosedRange<Int>,
        outputs: ClosedRange<Int>,
        keys: [Key] = [],
        variables: Variables = .nothing
    ) {
        self.provider = provider
        self.categories = categories
        self.owner = owner
        self.inputs = inputs
        self.outputs = outputs
        self.keys = keys
        self.variables = variables
    }
}

extension ActionProviderRules.Key {
    fileprivate static func required(_ name: String, _ form: Form = .any) -> Self {
        Self(name: name, isRequired: true, form: form)
    }

    fileprivate static func optional(_ name: String, _ form: Form = .any) -> Self {
        Self(name: name, isRequired: false, form: form)
    }
}

extension ActionProviderRules {
    private static let format = Key.optional(
        "OutputArtifactFormat",
        .oneOf(["CODE_ZIP", "CODEBUILD_CLONE_REF"])
    )

    /// The keys of a CodeBuild action, which are those of a CodeBuild rule too.
    static let buildKeys: [Key] = [
        .required("ProjectName"), .optional("PrimarySource"), .optional("EnvironmentVariables", .variables),
        .optional("BatchEnabled", .flag), .optional("CombineArtifacts", .flag),
    ]

    /// What Nacre carries out.
    static let all: [ActionProviderRules] = [
        ActionProviderRules(
            "CodeCommit",
            ["Source"],
            inputs: 0...0,
            outputs: 1...1,
            keys: [
                .required("RepositoryName"), .required("BranchName"), .optional("PollForSourceChanges", .flag), format,
            ],
            variables: .fixed([
                "RepositoryName", "BranchName", "CommitId", "CommitMessage", "AuthorDate", "CommitterDate",
            ])
        ),
        ActionProviderRules(
            "CodeStarSourceConnection",
            ["Source"],
            inputs: 0...0,
            outputs: 1...1,
            keys: [
                .required("ConnectionArn"), .required("FullRepositoryId"), .required("BranchName"), format,
                .optional("DetectChanges", .flag),
            ],
            variables: .fixed([
                "AuthorDate", "BranchName", "CommitId", "CommitMessage", "ConnectionArn", "FullRepositoryName",
            ])
        ),
        ActionProviderRules(
            "GitHub",
            ["Source"],
            owner: "ThirdParty",
            inputs: 0...0,
            outputs: 1...1,
            keys: [
                .required("Owner"), .required("Repo"), .required("Branch"), .required("OAuthToken"),
                .optional("PollForSourceChanges", .flag),
            ],
            variables: .fixed([
                "CommitId", "CommitMessage", "CommitUrl", "RepositoryName", "BranchName", "AuthorDate",
                "CommitterDate",
            ])
        ),
        ActionProviderRules(
            "S3",
            ["Source"],
            inputs: 0...0,
            outputs: 1...1,
            keys: [
                .required("S3Bucket"), .required("S3ObjectKey"), .optional("PollForSourceChanges", .flag),
                .optional("AllowOverrideForS3ObjectKey", .flag),
            ],
            variables: .fixed(["VersionId", "ETag", "BucketName", "ObjectKey"])
        ),
        ActionProviderRules(
            "CodeBuild",
            ["Build", "Test"],
            inputs: 1...5,
            outputs: 0...5,
            keys: buildKeys,
            variables: .any
        ),
        ActionProviderRules("Commands", ["Compute"], inputs: 1...10, outputs: 0...1, variables: .declared),
        ActionProviderRules(
            "Manual",
            ["Approval"],
            inputs: 0...0,
            outputs: 0...0,
            keys: [.optional("NotificationArn"), .optional("ExternalEntityLink"), .optional("CustomData")]
        ),
        ActionProviderRules(
            "S3",
            ["Deploy"],
            inputs: 1...1,
            outputs: 0...0,
            keys: [
                .required("BucketName"), .required("Extract", .flag), .optional("ObjectKey"), .optional("CannedACL"),
                .optional("CacheControl"), .optional("KMSEncryptionKeyARN"),
            ]
        ),
        ActionProviderRules(
            "ElasticBeanstalk",
            ["Deploy"],
            inputs: 1...1,
            outputs: 0...0,
            keys: [.required("ApplicationName"), .required("EnvironmentName")]
        ),
        ActionProviderRules(
            "CodeDeploy",
            ["Deploy"],
            inputs: 1...1,
            outputs: 0...0,
            keys: [.required("ApplicationName"), .required("DeploymentGroupName")]
        ),
    ]

    /// The rules for an action; nil where Nacre has none.
    static func rules(for type: ActionTypeID) -> ActionProviderRules? {
        all.first { $0.provider == type.provider && $0.categories.contains(type.category) }
    }
}
