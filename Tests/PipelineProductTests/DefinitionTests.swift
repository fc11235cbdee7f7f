// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Applying definitions", .scratchDirectory, .timeLimit(.minutes(40)))
struct DefinitionTests {
    private func file(_ name: String, _ text: String) throws -> String {
        let path = "\(ScratchDirectory.path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func line(_ project: String = "work", more: Definition.Tree = [:]) -> Definition {
        Definition(
            "line",
            [("Source", [Definition.source()]), ("Build", [Definition.build("Make", project: project)])],
            more: more
        )
    }

    @Test("the JSON of get-pipeline is applied, and applying it again changes nothing")
    func again() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            let first = try daemon.define(line())
            #expect(first.output.contains("+ pipeline line  create"))
            #expect(first.output.contains("started by every change of `main` of app"))
            // What is missing is told, and no error.
            #expect(first.errors.contains("there is no build project `work`"))
            let second = try daemon.define(line())
            #expect(second.output.contains("pipeline line  unchanged"))
            let shown = try daemon.nacre("pipeline", "show", "line", "--definition").output
            #expect(shown.contains("\"version\": 1"))
        }
    }

    @Test("several files in one apply see each other, and the same tree as YAML is the same pipeline")
    func together() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            let project = try file(
                "projects.json",
                Definition.project("work", buildspec: "version: 0.2\nphases:\n  build:\n    commands: ['true']\n")
            )
            let pipeline = try file("line.json", line().text)
            let both = try daemon.nacre("apply", pipeline, project)
            #expect(both.status == 0, "\(both)")
            #expect(!both.errors.contains("there is no build project"))
            let yaml = try file(
                "line.yml",
                """
                pipeline:
                  name: line
                  roleArn: arn:aws:iam::000000000000:role/line
                  artifactStore: {type: S3, location: codepipeline-us-east-1-000000000000}
                  stages:
                    - name: Source
                      actions:
                        - name: Source
                          namespace: SourceVariables
                          actionTypeId: {category: Source, owner: AWS, provider: CodeCommit, version: "1"}
                          configuration: {RepositoryName: app, BranchName: main}
                          outputArtifacts: [{name: Source}]
                    - name: Build
                      actions:
                        - name: Make
                          actionTypeId: {category: Build, owner: AWS, provider: CodeBuild, version: "1"}
                          configuration: {ProjectName: work}
                          inputArtifacts: [{name: Source}]
                """
            )
            let diff = try daemon.nacre("diff", yaml, project)
            #expect(diff.status == 0, "\(diff)")
            #expect(diff.errors.contains("nothing differs"))
        }
    }

    @Test("a diff shows each place that changes, and changes nothing")
    func diff() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            try daemon.define(line("a"))
            let path = try file("line.json", line("b").text)
            let diff = try daemon.nacre("diff", path)
            #expect(diff.status == 1)
            #expect(diff.output.contains(#"stages[1].actions[0].configuration.ProjectName: "a" → "b""#), "\(diff)")
            #expect(try daemon.nacre("diff", path).status == 1)
            #expect(try daemon.nacre("apply", path).status == 0)
            #expect(try daemon.nacre("diff", path).status == 0)
            #expect(try daemon.nacre("pipeline", "show", "line", "--definition").output.contains("\"version\": 2"))
        }
    }

    @Test("a bad file is refused with all its problems and their places, and nothing of the others is applied")
    func bad() throws {
        try DaemonFixture.run { daemon in
            let good = try file(
                "good.json",
                Definition.project("work", buildspec: "version: 0.2\nphases: {build: {commands: [make]}}\n")
            )
            let bad = try file(
                "bad.json",
                Definition(
                    "line",
                    [
                        ("Source", [Definition.source()]),
                        ("Build", [Definition.build("Make", project: "work", inputs: ["Nowhere"])]),
                        ("Build", [Definition.build("Again", project: "work")]),
                    ]
                ).text
            )
            let refused = try daemon.nacre("apply", good, bad)
            #expect(refused.status == 3, "\(refused)")
            #expect(refused.errors.contains("bad.json:"))
            #expect(refused.errors.contains("Nowhere"))
            #expect(refused.errors.contains("nothing has been changed"))
            let diff = try daemon.nacre("diff", good)
            #expect(diff.status == 1 && diff.output.contains("+ project work  create"), "\(diff)")
            #expect(try daemon.nacre("diff", bad).status == 3)
        }
    }

    @Test("a template brings pipeline, project, repository, parameter and bucket, and says what it does without")
    func template() throws {
        try DaemonFixture.run { daemon in
            let path = try file("birds.yml", Self.template)
            let dry = try daemon.nacre("apply", path, "--parameter", "Stage=prod", "--dry-run")
            #expect(dry.status == 0, "\(dry)")
            #expect(try daemon.nacre("repo", "list").output.isEmpty)
            let applied = try daemon.nacre("apply", path, "--parameter", "Stage=prod")
            #expect(applied.status == 0, "\(applied)")
            for line in [
                "+ bucket birds-models", "+ repository birds", "+ parameter /birds/prod/url", "+ project birds-build",
                "+ pipeline birds-prod", "+ rule ", "AWS::IAM::Role: Role",
            ] {
                #expect(applied.output.contains(line), "\(line) in \(applied.output)")
            }
            #expect(try daemon.nacre("parameter", "get", "/birds/prod/url").output == "http://prod\n")
            #expect(try daemon.nacre("diff", path, "--parameter", "Stage=prod").status == 0)
            // A parameter that the template does not have is an error, not silence.
            #expect(try daemon.nacre("apply", path, "--parameter", "Stge=prod").status == 3)
            // A push starts it once: by the rule of the template.
            let git = try GitFixture(
                in: "\(ScratchDirectory.path)/birds",
                pushingTo: "\(daemon.home)/repos/birds.git"
            )
            try git.commit("first")
            _ = try git.push("HEAD:main")
            #expect(try daemon.over("birds-prod/1").status == "Succeeded")
            #expect(try daemon.nacre("show", "birds-prod/2").status == 5)
        }
    }

    @Test("what a stack no longer declares is kept and told, and removed only by --prune")
    func kept() throws {
        try DaemonFixture.run { daemon in
            let whole = try file("birds.yml", Self.template)
            #expect(try daemon.nacre("apply", whole, "--parameter", "Stage=prod").status == 0)
            let less = Self.template.components(separatedBy: "  Rule:\n")[0]
            let small = try file("birds.yml", less)
            let kept = try daemon.nacre("apply", small, "--parameter", "Stage=prod")
            #expect(kept.status == 0, "\(kept)")
            #expect(kept.output.contains("? rule "), "\(kept.output)")
            let pruned = try daemon.nacre("apply", small, "--parameter", "Stage=prod", "--prune")
            #expect(pruned.output.contains("- rule "), "\(pruned.output)")
            let after = try daemon.nacre("apply", small, "--parameter", "Stage=prod")
            #expect(!after.output.contains("rule "), "\(after.output)")
        }
    }

    static let template = """
        AWSTemplateFormatVersion: 2010-09-09
        Parameters:
          Stage: {Type: String, AllowedValues: [test, prod]}
        Resources:
          Role:
            Type: AWS::IAM::Role
            Properties: {AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}}
          Models:
            Type: AWS::S3::Bucket
            Properties: {BucketName: birds-models, VersioningConfiguration: {Status: Enabled}}
          Url:
            Type: AWS::SSM::Parameter
            Properties: {Name: !Sub "/birds/${Stage}/url", Type: String, Value: !Sub "http://${Stage}"}
          Repository:
            Type: AWS::CodeCommit::Repository
            Properties: {RepositoryName: birds}
          Build:
            Type: AWS::CodeBuild::Project
            Properties:
              Name: birds-build
              ServiceRole: !GetAtt Role.Arn
              Artifacts: {Type: CODEPIPELINE}
              Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: aws/codebuild/standard:7.0}
              Source:
                Type: CODEPIPELINE
                BuildSpec: |
                  version: 0.2
                  phases:
                    build:
                      commands:
                        - echo built
          Pipeline:
            Type: AWS::CodePipeline::Pipeline
            Properties:
              Name: !Sub "birds-${Stage}"
              RoleArn: !GetAtt Role.Arn
              ArtifactStore: {Type: S3, Location: !Ref Models}
              Stages:
                - Name: Source
                  Actions:
                    - Name: Source
                      ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
                      Configuration:
                        RepositoryName: !GetAtt Repository.Name
                        BranchName: main
                        PollForSourceChanges: false
                      OutputArtifacts: [{Name: Source}]
                - Name: Build
                  Actions:
                    - Name: Build
                      ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                      Configuration: {ProjectName: !Ref Build}
                      InputArtifacts: [{Name: Source}]
          Rule:
            Type: AWS::Events::Rule
            Properties:
              EventPattern:
                source: [aws.codecommit]
                detail-type: [CodeCommit Repository State Change]
                resources: [!GetAtt Repository.Arn]
                detail: {event: [referenceCreated, referenceUpdated], referenceName: [main]}
              Targets:
                - {Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}", Id: Target0, RoleArn: !GetAtt Role.Arn}
        """
}
