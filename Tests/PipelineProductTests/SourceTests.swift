// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Numbers in brackets are those of the acceptance tests of the pipeline reference.
@Suite("Sources of pipelines", .scratchDirectory, .timeLimit(.minutes(40)))
struct SourceTests {
    private let twoBranches = Definition(
        "line",
        [
            ("Source", [Definition.source("Main"), Definition.source("Model", branch: "model")]),
            (
                "Build",
                [
                    Definition.commands(
                        "Look",
                        ["cat which.txt $CODEBUILD_SRC_DIR_Model/which.txt"],
                        inputs: ["Main", "Model"]
                    )
                ]
            ),
        ]
    )

    private func commit(_ git: GitFixture, _ text: String) throws -> String {
        try git.write("which.txt", text + "\n")
        return try git.commit(text)
    }

    @Test("[1] a push to model takes main at its head; both sources are listed with their commits")
    func multiSource() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let main = try commit(git, "of main")
            try git.push("HEAD:main", options: ["nacre.skip"])
            try git.push("HEAD:model", options: ["nacre.skip"])
            try daemon.define(twoBranches)
            _ = try daemon.over("line/1")
            let model = try commit(git, "of model")
            let pushed = try git.push("HEAD:model")
            #expect(pushed.errors.contains("line/2"), "\(pushed)")
            let execution = try daemon.over("line/2")
            #expect(execution.status == "Succeeded")
            #expect(execution.revision("Main") == main)
            #expect(execution.revision("Model") == model)
            #expect(execution.action("Main")?.output?.outputVariables?["CommitId"] == main)
            #expect(execution.action("Model")?.output?.outputVariables?["BranchName"] == "model")
            let log = try daemon.nacre("logs", "line/2", "Look").output
            #expect(log.contains("of main") && log.contains("of model"), "\(log)")
            // The pipeline takes the place of the plain build.
            #expect(try daemon.builds().allSatisfy { $0.initiator == "codepipeline/line" })
        }
    }

    @Test(
        "[13] a missing branch fails the source with AWS's message, later stages have not run, and the next push starts afresh"
    )
    func missingBranch() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let main = try commit(git, "of main")
            try git.push("HEAD:main", options: ["nacre.skip"])
            // No execution begins when a branch is not there yet.
            try daemon.define(twoBranches)
            #expect(try daemon.nacre("show", "line/1").status == 5)
            #expect(try daemon.nacre("pipeline", "start", "line").status == 0)
            let failed = try daemon.over("line/1")
            #expect(failed.status == "Failed")
            let problem = try #require(failed.action("Model")?.problem)
            #expect(problem.contains("no branch named model was found in the selected AWS CodeCommit repository app"))
            #expect(failed.action("Main")?.status == "Succeeded")
            #expect(try daemon.state().stage("Build")?.latestExecution == nil)
            try git.push("HEAD:model")
            let execution = try daemon.over("line/2")
            #expect(execution.status == "Succeeded")
            #expect(execution.revision("Main") == main)
        }
    }

    @Test("what a pipeline deploys to a bucket starts the pipeline that has it as its source, at once")
    func deployedObject() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.nacre("bucket", "create", "models").status == 0)
            let type = { (category: String) in
                ["category": category, "owner": "AWS", "provider": "S3", "version": "1"]
            }
            let deploy: Definition.Tree = [
                "name": "Put", "actionTypeId": type("Deploy"), "inputArtifacts": [["name": "Source"]],
                "configuration": ["BucketName": "models", "Extract": "false", "ObjectKey": "model.zip"],
            ]
            let source: Definition.Tree = [
                "name": "Source", "actionTypeId": type("Source"), "outputArtifacts": [["name": "Source"]],
                "configuration": ["S3Bucket": "models", "S3ObjectKey": "model.zip"],
            ]
            let look = Definition.commands("Look", ["cat which.txt"])
            try daemon.define(Definition("next", [("Source", [source]), ("Build", [look])]))
            try daemon.define(Definition("line", [("Source", [Definition.source()]), ("Deploy", [deploy])]))
            _ = try commit(git, "the model")
            try git.push("HEAD:main")
            let put = try daemon.over("line/1").action("Put")
            let execution = try daemon.over("next/1")
            #expect(execution.status == "Succeeded")
            #expect(execution.revision("Source") == put?.output?.executionResult?.externalExecutionId)
            #expect(try daemon.nacre("logs", "next/1", "Look").output.contains("the model"))
        }
    }

    @Test("[33] one push that moves both branches starts two executions, and one with nacre.coalesce")
    func bothBranches() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            var definition = twoBranches
            definition.more["executionMode"] = "QUEUED"
            try daemon.define(definition)
            _ = try commit(git, "first")
            let both = try git.git("rev-parse", "HEAD")
            _ = try GitFixture.git(["push", "-q", "origin", "HEAD:main", "HEAD:model"], in: git.work)
            _ = try daemon.over("line/2")
            #expect(try daemon.execution("line/1").revision("Model") == both)
            _ = try commit(git, "second")
            let options = ["push", "-q", "-o", "nacre.coalesce", "origin", "HEAD:main", "HEAD:model"]
            _ = try GitFixture.git(options, in: git.work)
            _ = try daemon.over("line/3")
            #expect(try daemon.nacre("show", "line/4").status == 5)
        }
    }

    @Test("[29] a start with a commit of another branch builds that commit")
    func offBranch() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            _ = try commit(git, "of main")
            try git.push("HEAD:main", options: ["nacre.skip"])
            try git.push("HEAD:model", options: ["nacre.skip"])
            let other = try commit(git, "of another")
            try git.push("HEAD:refs/heads/other", options: ["nacre.skip"])
            try daemon.define(twoBranches)
            _ = try daemon.over("line/1")
            let started = try daemon.nacre("pipeline", "start", "line", "--source", "Main=\(other)", "--wait")
            #expect(started.status == 0, "\(started)")
            let execution = try daemon.execution("line/2")
            #expect(execution.revision("Main") == other)
            #expect(execution.action("Main")?.output?.outputVariables?["BranchName"] == "main")
            #expect(try daemon.nacre("logs", "line/2", "Look").output.contains("of another"))
            let unknown = try daemon.nacre(
                "pipeline",
                "start",
                "line",
                "--source",
                "Main=\(String(repeating: "1", count: 40))"
            )
            #expect(unknown.status != 0 && unknown.errors.contains("Main"), "\(unknown)")
        }
    }

    private func template(rules: String, poll: String) -> String {
        """
        Resources:
          Line:
            Type: AWS::CodePipeline::Pipeline
            Properties:
              Name: line
              RoleArn: arn:aws:iam::000000000000:role/x
              ArtifactStore: {Type: S3, Location: bucket-of-artifacts}
              Stages:
                - Name: Source
                  Actions:
                    - Name: Source
                      ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1'}
                      Configuration: {RepositoryName: app, BranchName: main\(poll)}
                      OutputArtifacts: [{Name: Source}]
                - Name: Build
                  Actions:
                    - Name: Look
                      ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: '1'}
                      Commands: [cat which.txt]
                      InputArtifacts: [{Name: Source}]
        \(rules)
        """
    }

    private let rule = """
          Pushed:
            Type: AWS::Events::Rule
            Properties:
              EventPattern:
                source: [aws.codecommit]
                resources: [!Sub 'arn:aws:codecommit:${AWS::Region}:${AWS::AccountId}:app']
                detail-type: [CodeCommit Repository State Change]
                detail: {event: [referenceCreated, referenceUpdated], referenceName: [main]}
              Targets:
                - {Arn: !Sub 'arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Line}', Id: Target0}
        """

    @Test("[27] polling and an event rule together start one execution for a push")
    func pollAndRule() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.apply(template(rules: rule, poll: ""), file: "line.yml").status == 0)
            _ = try commit(git, "once")
            try git.push("HEAD:main")
            #expect(try daemon.over("line/1").status == "Succeeded")
            // What comes after it has the next number: there was no second one.
            #expect(try daemon.nacre("pipeline", "start", "line", "--wait").status == 0)
            #expect(try daemon.execution("line/2").pipelineExecution.trigger.triggerType == "StartPipelineExecution")
        }
    }

    @Test("[22] a pushed tag with the name of the branch starts an execution of the branch's head")
    func tag() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let text = template(rules: rule, poll: ", PollForSourceChanges: false")
            #expect(try daemon.apply(text, file: "line.yml").status == 0)
            let old = try commit(git, "tagged")
            try git.push("HEAD:main")
            _ = try daemon.over("line/1")
            let head = try commit(git, "head")
            try git.push("HEAD:main")
            _ = try daemon.over("line/2")
            try git.push("\(old):refs/tags/main")
            #expect(try daemon.over("line/3").revision("Source") == head)
        }
    }

    @Test("a template without a rule and with polling off says that nothing starts the pipeline")
    func nothingStarts() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            let applied = try daemon.apply(template(rules: "", poll: ", PollForSourceChanges: false"), file: "line.yml")
            #expect(applied.status == 0)
            let said = applied.output + applied.errors
            #expect(said.contains("warning") && said.contains("line"), "\(said)")
        }
    }
}
