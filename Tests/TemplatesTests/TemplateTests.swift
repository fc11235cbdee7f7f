// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JSON
import Pipelines
import Templates
import Testing

/// Whole templates, of the shapes that teams have.
struct TemplateTests {
    @Test("a template written by hand: a connection, Elastic Beanstalk twice, an approval between")
    func birds() throws {
        let reading = Samples.read(TemplateSamples.birds, file: "stacks/birds-pipeline.yaml")
        #expect(Samples.lines(reading) == [])
        #expect(reading.kind == .template)
        #expect(
            reading.resources.map(\.kind) == [
                "pipeline", "project", "bucket", "application", "environment", "environment",
            ]
        )
        #expect(reading.notNeeded.map(\.logicalID) == ["PipelineRole", "EBTemplate", "Profile"])
        #expect(reading.unsupported.isEmpty)

        let pipeline = try #require(Samples.pipelines(reading).first)
        #expect(pipeline.name == "birds-cicd")
        #expect(pipeline.stages.map(\.name) == ["SourceStage", "BuildStage", "DeployStage"])
        #expect(
            pipeline.sourceActions[0].configuration["ConnectionArn"]
                == "arn:aws:codestar-connections:us-east-1:000000000000:connection/d64c"
        )
        #expect(pipeline.sourceActions[0].configuration["DetectChanges"] == "false")
        #expect(pipeline.stages[1].actions[0].runOrder == 1)
        #expect(pipeline.stages[1].actions[0].configuration == ["ProjectName": "birds-build"])
        #expect(pipeline.stages[2].actions.map(\.runOrder) == [1, 2, 3])
        #expect(pipeline.stages[2].actions[2].configuration["EnvironmentName"] == "birds-production")
        guard case .pipeline(_, assumesRules: false, let disabled) = reading.resources[0].value else { return }
        #expect(disabled == [DisabledTransition(stage: "DeployStage", reason: "not yet")])

        let project = try #require(Samples.projects(reading).first)
        #expect(project.buildspec == "aws_build_specs/buildspec_zip.yaml")
        #expect(project.isPrivileged)
        #expect(project.variables.map(\.value) == ["latest", "true", "12"])

        let environments = Samples.environments(reading)
        #expect(environments.map(\.name) == ["birds-staging", "birds-production"])
        #expect(environments[0].variables == ["STAGE": "staging", "PORT": "8080"])
        #expect(environments[0].solutionStack == "64bit Amazon Linux 2 v3.4.19 running Docker")
        #expect(environments[0].options.map(\.name) == ["MinSize"])
        #expect(environments[0].options.map(\.value) == ["2"])
    }

    @Test("the output of cdk synth: two branches, an action that is not carried out, roles and rules")
    func book() throws {
        let reading = Samples.read(TemplateSamples.book, file: "cdk.out/AbaloneStack.template.json")
        #expect(
            Samples.lines(reading).map { $0.replacing(#/^\d+:\d+: /#, with: "") } == [
                "error: Resources.Pipe.Properties.Stages[2].Actions[1].ActionTypeId.Provider: Deploy actions of CloudFormation"
                    + " cannot be carried out here: there are no stacks of CloudFormation (InvalidActionDeclarationException)"
            ]
        )
        #expect(reading.notNeeded.map(\.type).contains("Custom::S3AutoDeleteObjects"))
        // The function that only empties buckets is missed by nobody.
        #expect(reading.notNeeded.map(\.logicalID).contains("AutoDeleteHandler"))
        #expect(reading.unsupported.isEmpty)

        let pipeline = try #require(Samples.pipelines(reading).first)
        #expect(pipeline.sourceActions.map { $0.configuration["BranchName"] } == ["main", "model"])
        #expect(pipeline.sourceActions[0].configuration["RepositoryName"] == "abalone")
        #expect(pipeline.sourceActions[0].configuration["PollForSourceChanges"] == "false")
        #expect(
            pipeline.stages[1].actions[0].configuration["EnvironmentVariables"]
                == ##"[{"name":"ID","type":"PLAINTEXT","value":"#{codepipeline.PipelineExecutionId}"}]"##
        )
        let arn = "arn:aws:codepipeline:us-east-1:000000000000:\(pipeline.name)"
        let rules = Samples.rules(reading)
        #expect(rules.map { $0.targets.map(\.arn) } == [[arn]])
        #expect(
            rules[0].pattern
                == .object([
                    "source": .array([.string("aws.codecommit")]),
                    "resources": .array([.string("arn:aws:codecommit:us-east-1:000000000000:abalone")]),
                    "detail": .object(["referenceName": .array([.string("main")])]),
                ])
        )
        #expect(reading.buildspecs.count == 1)
        #expect(Samples.projects(reading).first?.variables.first?.value.hasPrefix("abalonestack-data-") == true)
        #expect(reading.outputs.map(\.export) == ["abalone-url"])
        #expect(
            reading.resources.contains { resource in
                if case .repository("abalone", "the data") = resource.value { true } else { false }
            }
        )
    }

    @Test("CDK Pipelines: names with dots, a name that is a function, custom resources")
    func cdkPipelines() throws {
        let text = """
            Resources:
              Repo:
                Type: AWS::CodeCommit::Repository
                Properties: { RepositoryName: mlops }
              Pipeline:
                Type: AWS::CodePipeline::Pipeline
                Properties:
                  RoleArn: !GetAtt Role.Arn
                  Stages:
                    - Name: Source
                      Actions:
                        - Name: !GetAtt Repo.Name
                          ActionTypeId: { Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1" }
                          Configuration: { RepositoryName: !GetAtt Repo.Name, BranchName: main }
                          OutputArtifacts: [{ Name: c8f9_Source }]
                    - Name: Assets
                      Actions:
                        - Name: FileAsset1.Prepare
                          ActionTypeId: { Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1" }
                          Configuration: { ProjectName: !Ref Asset, EnvironmentVariables: '[{"name":"_PROJECT_CONFIG_HASH","value":"x"}]' }
                          InputArtifacts: [{ Name: c8f9_Source }]
                          RunOrder: 1
              Asset:
                Type: AWS::CodeBuild::Project
                Properties:
                  Source: { Type: CODEPIPELINE, BuildSpec: buildspec-assets.yaml }
                  Environment: { Type: LINUX_CONTAINER, Image: "aws/codebuild/standard:7.0" }
              Role: { Type: "AWS::IAM::Role" }
              Thing: { Type: "Custom::CDKBucketDeployment", Properties: { ServiceToken: !GetAtt Role.Arn } }
            Parameters:
              BootstrapVersion: { Type: "AWS::SSM::Parameter::Value<String>", Default: /cdk-bootstrap/hnb659fds/version }
            Rules:
              CheckBootstrapVersion:
                Assertions:
                  - Assert: !Not [{ "Fn::Contains": [["1", "2"], !Ref BootstrapVersion] }]
                    AssertDescription: too old
            """
        let reading = Samples.read(text)
        #expect(Samples.lines(reading) == [])
        let pipeline = try #require(Samples.pipelines(reading).first)
        #expect(pipeline.sourceActions[0].name == "mlops")
        #expect(pipeline.stages[1].actions[0].name == "FileAsset1.Prepare")
        #expect(pipeline.name.hasPrefix("file-Pipeline-"))
        #expect(reading.notNeeded.map(\.logicalID) == ["Role", "Thing"])
    }

    @Test("every resource is carried out, or told of with a reason")
    func nothingDropped() {
        let types = [
            "AWS::IAM::Policy", "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine", "AWS::SageMaker::Endpoint",
            "AWS::CloudFormation::Stack", "AWS::S3::Bucket", "AWS::New::Thing", "AWS::SNS::Topic", "Custom::Any",
            "AWS::EC2::VPC", "AWS::CDK::Metadata", "AWS::SecretsManager::Secret",
        ]
        let resources = types.enumerated().map { "  R\($0.offset): { Type: \"\($0.element)\" }\n" }
        let reading = Samples.read("Resources:\n" + resources.joined())
        let found =
            reading.resources.compactMap(\.logicalID) + (reading.notNeeded + reading.unsupported).map(\.logicalID)
        #expect(Set(found) == Set(types.indices.map { "R\($0)" }))
        #expect(found.count == types.count)
        #expect(reading.unsupported.count == reading.diagnostics.count)
        #expect(!reading.diagnostics.hasErrors)
    }

    @Test("a pipeline that nothing starts is warned of, one with a rule, a webhook or polling is not")
    func starts() {
        func text(_ poll: String, _ more: String = "") -> String {
            TemplateSamples.small.replacing("POLL", with: poll) + more
        }
        let rule = """
              Rule:
                Type: AWS::Events::Rule
                Properties:
                  ScheduleExpression: rate(1 hour)
                  Targets: [{ Id: T, Arn: !Sub "arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${P}" }]

            """
        let hook = """
              Hook:
                Type: AWS::CodePipeline::Webhook
                Properties: { TargetPipeline: !Ref P, TargetAction: S }

            """
        #expect(Samples.lines(Samples.read(text("true"))) == [])
        #expect(Samples.lines(Samples.read(text("false", rule))) == [])
        #expect(Samples.lines(Samples.read(text("false"))).first?.contains("nothing starts the pipeline") == true)
        let hooked = Samples.read(text("false", hook))
        #expect(Samples.lines(hooked) == [])
        guard case .pipeline(_, assumesRules: true, _) = hooked.resources[0].value else {
            Issue.record("a webhook stands for a rule")
            return
        }
    }

    @Test("a resource whose condition does not hold is not there")
    func conditions() {
        let text = """
            Parameters: { Stage: { Type: String, Default: dev } }
            Conditions: { IsProd: !Equals [!Ref Stage, prod] }
            Resources:
              A: { Type: "AWS::S3::Bucket", Condition: IsProd, Properties: { BucketName: prod-bucket } }
              B: { Type: "AWS::SSM::Parameter", Properties: { Name: b, Type: String, Value: !If [IsProd, !Ref A, none] } }
              C: { Type: "AWS::S3::Bucket", Properties: { BucketName: !If [IsProd, c-bucket, !Ref "AWS::NoValue"] } }
            Outputs:
              Name: { Condition: IsProd, Value: !Ref A }
            """
        let dev = Samples.read(text)
        #expect(Samples.lines(dev) == [])
        #expect(dev.resources.map(\.logicalID) == ["B", "C"])
        #expect(dev.outputs.isEmpty)
        #expect(dev.resources[1].name.hasPrefix("file-c-"))
        let prod = Samples.read(text, ["Stage": "prod"])
        #expect(prod.resources.map(\.name) == ["prod-bucket", "b", "c-bucket"])
        #expect(prod.outputs.map(\.value) == ["prod-bucket"])
        let wrong = Samples.read(text.replacing("!If [IsProd, !Ref A, none]", with: "!Ref A"))
        #expect(Samples.lines(wrong).first?.contains("as its condition does not hold") == true)
    }

    @Test("the problems of a buildspec in a template have their own places")
    func inlineBuildspec() throws {
        let text = """
            Resources:
              P:
                Type: AWS::CodeBuild::Project
                Properties:
                  Name: proj
                  Environment: { Type: LINUX_CONTAINER, Image: i }
                  Source:
                    Type: NO_SOURCE
                    BuildSpec: !Sub |
                      version: 0.2
                      phases:
                        build:
                          commands:
                            - echo ${AWS::Region} ${!HOME}
            """
        let reading = Samples.read(text)
        #expect(Samples.lines(reading) == [])
        let buildspec = try #require(reading.buildspecs.first)
        #expect(buildspec.text.contains("echo us-east-1 ${HOME}"))
        let problem = Diagnostic(.error, "bad", at: SourceLocation(file: "x", line: 4, column: 5), length: 8)
        let placed = buildspec.placed(problem)
        #expect(placed.location == SourceLocation(file: "file.yml", line: 13, column: 15))
        #expect(placed.message == "in the buildspec of `proj`: bad")
    }

    @Test(
        "what is wrong with a template has a path and a place",
        arguments: [
            (
                "AWSTemplateFormatVersion: 2010-09-09\nResource:\n  A: 1\n",
                "2:1: error: a template has no section `Resource`"
            ),
            ("Resources: {}\n", "1:12: error: Resources: at least one resource is needed"),
            ("Resources:\n  A:\n    Typ: x\n", "3:5: error: Resources.A: a resource has no attribute `Typ`"),
            (
                "Resources:\n  A: { Type: Nothing }\n",
                "2:14: error: Resources.A.Type: there is no type `Nothing` of resources"
            ),
            (
                "Resources:\n  A: { Type: \"AWS::CodeBuild::Projects\" }\n",
                "2:14: error: Resources.A.Type: there is no type `AWS::CodeBuild::Projects` of resources"
            ),
            (
                "Resources:\n  A-b: { Type: \"AWS::S3::Bucket\" }\n",
                "2:3: error: Resources.A-b: the name of a resource is"
            ),
            (
                "Resources:\n  A: { Type: \"AWS::S3::Bucket\", DependsOn: B }\n",
                "2:44: error: Resources.A.DependsOn[0]: there is no resource `B`"
            ),
            (
                "Transform: AWS::Serverless-2016-10-31\nResources:\n  A: { Type: \"AWS::Serverless::Function\" }\n",
                "1:12: error: the transform `AWS::Serverless-2016-10-31` is not carried out here"
            ),
            (
                "Resources:\n  A: { Type: \"AWS::S3::Bucket\", Properties: { BucketName: !Ref B } }\n"
                    + "  B: { Type: \"AWS::S3::Bucket\", Properties: { BucketName: !Ref A } }\n",
                "2:3: error: Resources.A: the resources refer to each other in a circle"
                    + " (Circular dependency between resources: [A, B])"
            ),
            (
                "Conditions: { A: !Not [!Condition A] }\nResources:\n  A: { Type: \"AWS::S3::Bucket\", Condition: A }\n",
                "1:18: error: Conditions.A: the condition refers to itself"
            ),
        ]
    )
    func wrong(_ text: String, _ line: String) {
        let lines = Samples.lines(Samples.read(text))
        #expect(lines.contains { $0.hasPrefix(line) }, "\(lines)")
    }

    @Test("the problems of all of a template are told of at once, in the order of the file")
    func allAtOnce() {
        let text = TemplateSamples.birds
            .replacing("BranchName: master", with: "BranchNam: master")
            .replacing("ProjectName: !Ref Project", with: "ProjectName: !Ref Projekt")
            .replacing("Namespace: aws:autoscaling:asg", with: "NameSpace: aws:autoscaling:asg")
        let lines = Samples.lines(Samples.read(text))
        #expect(lines.contains { $0.contains("Stages[0].Actions[0].Configuration.BranchNam: the configuration of") })
        #expect(lines.contains { $0.contains("has the unknown key `NameSpace`") })
        #expect(lines.count >= 3)
        #expect(lines == lines.sorted { Int($0.prefix { $0 != ":" }) ?? 0 < Int($1.prefix { $0 != ":" }) ?? 0 })
    }
}
