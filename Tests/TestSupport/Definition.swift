// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Puts together the JSON of `get-pipeline` for a test.
package struct Definition {
    package typealias Tree = [String: Any]

    package var name: String
    package var stages: [(name: String, actions: [Tree])]
    /// Members of the pipeline beside name and stages.
    package var more: Tree = [:]
    /// Members of stages, by the stage's name.
    package var stageMembers: [String: Tree] = [:]

    package init(
        _ name: String = "line",
        _ stages: [(String, [Tree])],
        more: Tree = [:],
        stageMembers: [String: Tree] = [:]
    ) {
        self.name = name
        self.stages = stages.map { (name: $0.0, actions: $0.1) }
        self.more = more
        self.stageMembers = stageMembers
    }

    package var text: String {
        var pipeline: Tree = ["name": name, "roleArn": "arn:aws:iam::000000000000:role/line"]
        pipeline["artifactStore"] = ["type": "S3", "location": "codepipeline-us-east-1-000000000000"]
        pipeline["stages"] = stages.map { stage -> Tree in
            let plain: Tree = ["name": stage.name, "actions": stage.actions]
            return plain.merging(stageMembers[stage.name] ?? [:]) { $1 }
        }
        pipeline.merge(more) { $1 }
        let data = try? JSONSerialization.data(
            withJSONObject: ["pipeline": pipeline],
            options: [.prettyPrinted, .sortedKeys]
        )
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    // MARK: - Actions

    /// A CodeCommit source; its artifact is called as it is.
    package static func source(_ name: String = "Source", branch: String = "main", repository: String = "app") -> Tree {
        [
            "name": name, "namespace": "\(name)Variables",
            "actionTypeId": type("Source", "CodeCommit"),
            "configuration": ["RepositoryName": repository, "BranchName": branch],
            "outputArtifacts": [["name": name]],
        ]
    }

    /// Commands in the first input's folder.
    package static func commands(
        _ name: String,
        _ commands: [String],
        order: Int = 1,
        inputs: [String] = ["Source"],
        _ more: Tree = [:]
    ) -> Tree {
        let plain: Tree = [
            "name": name, "runOrder": order, "actionTypeId": type("Compute", "Commands"), "commands": commands,
            "inputArtifacts": inputs.map { ["name": $0] },
        ]
        return plain.merging(more) { $1 }
    }

    /// A build of a project.
    package static func build(
        _ name: String,
        project: String,
        order: Int = 1,
        inputs: [String] = ["Source"],
        outputs: [String] = [],
        configuration: [String: String] = [:],
        _ more: Tree = [:]
    ) -> Tree {
        let plain: Tree = [
            "name": name, "runOrder": order, "actionTypeId": type("Build", "CodeBuild"),
            "configuration": ["ProjectName": project].merging(configuration) { $1 },
            "inputArtifacts": inputs.map { ["name": $0] }, "outputArtifacts": outputs.map { ["name": $0] },
        ]
        return plain.merging(more) { $1 }
    }

    package static func approval(_ name: String = "Ask", order: Int = 1, _ more: Tree = [:]) -> Tree {
        let plain: Tree = ["name": name, "runOrder": order, "actionTypeId": type("Approval", "Manual")]
        return plain.merging(more) { $1 }
    }

    package static func deploy(_ name: String, environment: String, input: String = "Source", order: Int = 1) -> Tree {
        [
            "name": name, "runOrder": order, "actionTypeId": type("Deploy", "ElasticBeanstalk"),
            "configuration": ["ApplicationName": "app", "EnvironmentName": environment],
            "inputArtifacts": [["name": input]],
        ]
    }

    /// The JSON of `batch-get-projects` for one project with a buildspec of its own.
    package static func project(_ name: String, buildspec: String, _ more: Tree = [:]) -> String {
        let plain: Tree = [
            "name": name, "source": ["type": "CODEPIPELINE", "buildspec": buildspec],
            "artifacts": ["type": "CODEPIPELINE"],
            "environment": [
                "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            ],
        ]
        let tree: Tree = ["projects": [plain.merging(more) { $1 }]]
        let data = try? JSONSerialization.data(withJSONObject: tree, options: [.prettyPrinted, .sortedKeys])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private static func type(_ category: String, _ provider: String) -> Tree {
        ["category": category, "owner": "AWS", "provider": provider, "version": "1"]
    }
}
