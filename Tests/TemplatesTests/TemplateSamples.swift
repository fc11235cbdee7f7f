// SPDX-License-Identifier: Apache-2.0

/// Templates of the shapes that teams have.
enum TemplateSamples {
    /// A pipeline whose source polls as `POLL` says, and nothing else.
    static let small = """
        Resources:
          P:
            Type: AWS::CodePipeline::Pipeline
            Properties:
              Name: small
              Stages:
                - Name: Source
                  Actions:
                    - Name: S
                      ActionTypeId: { Category: Source, Owner: AWS, Provider: CodeCommit, Version: 1 }
                      Configuration: { RepositoryName: r, BranchName: main, PollForSourceChanges: POLL }
                      OutputArtifacts: [{ Name: A }]
                - Name: Approve
                  Actions:
                    - Name: Ok
                      ActionTypeId: { Category: Approval, Owner: AWS, Provider: Manual, Version: 1 }

        """

    /// Written by hand: parameters, short tags, dates without quotes, a configuration template.
    static let birds = """
        Parameters:
          PipelineName:
            Description: name of the pipeline
            Type: String
            MinLength: 1
            MaxLength: 255
            AllowedPattern: ^[a-zA-Z][-a-zA-Z0-9]*$
            Default: birds-cicd
          ApplicationName: { Type: String, Default: birds }
          BucketName: { Type: String, Default: birds-bucket }
        Resources:
          Pipeline:
            Type: AWS::CodePipeline::Pipeline
            Properties:
              Name: !Ref PipelineName
              RoleArn: !GetAtt PipelineRole.Arn
              DisableInboundStageTransitions: [{ StageName: DeployStage, Reason: not yet }]
              ArtifactStore: { Type: S3, Location: !Ref BucketName }
              Triggers:
                - ProviderType: CodeStarSourceConnection
                  GitConfiguration: { SourceActionName: SourceAction, Push: [{ Branches: { Includes: [master] } }] }
              Stages:
                - Name: SourceStage
                  Actions:
                    - Name: SourceAction
                      ActionTypeId: { Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1" }
                      OutputArtifacts:
                        - Name: SourceArtifacts
                      Configuration:
                        BranchName: master
                        ConnectionArn: !Sub arn:aws:codestar-connections:us-east-1:${AWS::AccountId}:connection/d64c
                        DetectChanges: false
                        FullRepositoryId: birds/Classifier
                        OutputArtifactFormat: CODE_ZIP
                - Name: BuildStage
                  Actions:
                    - Name: Build
                      ActionTypeId: { Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1" }
                      OutputArtifacts:
                        - Name: BuildArtifacts
                      InputArtifacts:
                        - Name: SourceArtifacts
                      Configuration:
                        ProjectName: !Ref Project
                - Name: DeployStage
                  Actions:
                    - Name: DeployToStaging
                      ActionTypeId: { Category: Deploy, Owner: AWS, Provider: ElasticBeanstalk, Version: "1" }
                      InputArtifacts:
                        - Name: BuildArtifacts
                      RunOrder: 1
                      Configuration:
                        ApplicationName: !Ref Application
                        EnvironmentName: !Ref Staging
                    - Name: Approval
                      ActionTypeId: { Category: Approval, Owner: AWS, Provider: Manual, Version: "1" }
                      RunOrder: 2
                    - Name: DeployToProduction
                      ActionTypeId: { Category: Deploy, Owner: AWS, Provider: ElasticBeanstalk, Version: "1" }
                      InputArtifacts:
                        - Name: BuildArtifacts
                      RunOrder: 3
                      Configuration:
                        ApplicationName: !Sub ${ApplicationName}-app
                        EnvironmentName: !Sub ${ApplicationName}-production
          PipelineRole:
            Type: AWS::IAM::Role
            DeletionPolicy: Retain
            Properties:
              AssumeRolePolicyDocument:
                Version: 2012-10-17
                Statement:
                  - Effect: Allow
                    Principal: { Service: [codepipeline.amazonaws.com] }
                    Action: sts:AssumeRole
                    Condition: { StringEqualsIfExists: { "iam:PassedToService": [ec2.amazonaws.com] } }
          Project:
            Type: AWS::CodeBuild::Project
            DependsOn: PipelineRole
            Properties:
              Name: birds-build
              ServiceRole: !Ref PipelineRole
              Artifacts: { Type: CODEPIPELINE }
              LogsConfig: { CloudWatchLogs: { Status: ENABLED, GroupName: !Sub "${PipelineName}-logs" } }
              Environment:
                Type: LINUX_CONTAINER
                PrivilegedMode: true
                Image: aws/codebuild/standard:6.0
                ComputeType: BUILD_GENERAL1_SMALL
                EnvironmentVariables:
                  - { Name: IMAGE_TAG, Type: PLAINTEXT, Value: latest }
                  - { Name: VERBOSE, Value: true }
                  - { Name: COUNT, Value: 12 }
              Source: { Type: CODEPIPELINE, BuildSpec: aws_build_specs/buildspec_zip.yaml }
          Bucket:
            Type: AWS::S3::Bucket
            Properties:
              BucketName: !Sub ${BucketName}
              AccessControl: Private
              VersioningConfiguration: { Status: Enabled }
              PublicAccessBlockConfiguration: { BlockPublicAcls: True }
          Application:
            Type: AWS::ElasticBeanstalk::Application
            Properties: { ApplicationName: !Sub "${ApplicationName}-app" }
          Staging:
            Type: AWS::ElasticBeanstalk::Environment
            Properties:
              ApplicationName: !Ref Application
              EnvironmentName: !Sub ${ApplicationName}-staging
              TemplateName: !Ref EBTemplate
              OptionSettings:
                - { Namespace: "aws:elasticbeanstalk:application:environment", OptionName: STAGE, Value: staging }
                - Namespace: aws:autoscaling:asg
                  OptionName: MinSize
                  Value: 2
          Production:
            Type: AWS::ElasticBeanstalk::Environment
            Properties:
              ApplicationName: !Ref Application
              EnvironmentName: !Sub ${ApplicationName}-production
              TemplateName: !Ref EBTemplate
          EBTemplate:
            Type: AWS::ElasticBeanstalk::ConfigurationTemplate
            Properties:
              ApplicationName: !Ref Application
              SolutionStackName: 64bit Amazon Linux 2 v3.4.19 running Docker
              OptionSettings:
                - { Namespace: "aws:autoscaling:asg", OptionName: MinSize, Value: "1" }
                - { Namespace: "aws:elasticbeanstalk:application:environment", OptionName: PORT, Value: 8080 }
          Profile:
            Type: AWS::IAM::InstanceProfile
            Properties: { Roles: [!Ref PipelineRole] }

        """

    /// The output of `cdk synth`: JSON, functions written out, roles, a bootstrap parameter and its rule.
    static let book = #"""
        {
         "Resources": {
          "Repo": {
           "Type": "AWS::CodeCommit::Repository",
           "Properties": { "RepositoryName": "abalone", "RepositoryDescription": "the data" },
           "Metadata": { "aws:cdk:path": "AbaloneStack/Repo/Resource" }
          },
          "RepoMainRule": {
           "Type": "AWS::Events::Rule",
           "Properties": {
            "EventPattern": {
             "source": ["aws.codecommit"],
             "resources": [{ "Fn::GetAtt": ["Repo", "Arn"] }],
             "detail": { "referenceName": ["main"] }
            },
            "State": "ENABLED",
            "Targets": [
             {
              "Arn": {
               "Fn::Join": ["", ["arn:", { "Ref": "AWS::Partition" }, ":codepipeline:", { "Ref": "AWS::Region" }, ":",
                { "Ref": "AWS::AccountId" }, ":", { "Ref": "Pipe" }]]
              },
              "Id": "Target0",
              "RoleArn": { "Fn::GetAtt": ["PipeRole", "Arn"] }
             }
            ]
           }
          },
          "Data": {
           "Type": "AWS::S3::Bucket",
           "Properties": { "VersioningConfiguration": { "Status": "Enabled" }, "Tags": [{ "Key": "a", "Value": "b" }] },
           "UpdateReplacePolicy": "Delete",
           "DeletionPolicy": "Delete"
          },
          "AutoDelete": {
           "Type": "Custom::S3AutoDeleteObjects",
           "Properties": {
            "ServiceToken": { "Fn::GetAtt": ["AutoDeleteHandler", "Arn"] },
            "BucketName": { "Ref": "Data" }
           },
           "DependsOn": ["PipeRole"]
          },
          "AutoDeleteHandler": {
           "Type": "AWS::Lambda::Function",
           "Properties": { "Code": { "S3Bucket": { "Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}" } } }
          },
          "PipeRole": { "Type": "AWS::IAM::Role", "Properties": {} },
          "Project": {
           "Type": "AWS::CodeBuild::Project",
           "Properties": {
            "Artifacts": { "Type": "CODEPIPELINE" },
            "EncryptionKey": "alias/aws/s3",
            "Cache": { "Type": "NO_CACHE" },
            "Environment": {
             "ComputeType": "BUILD_GENERAL1_SMALL", "Image": "aws/codebuild/standard:5.0",
             "ImagePullCredentialsType": "CODEBUILD", "PrivilegedMode": true, "Type": "LINUX_CONTAINER",
             "EnvironmentVariables": [{ "Name": "BUCKET", "Type": "PLAINTEXT", "Value": { "Ref": "Data" } }]
            },
            "ServiceRole": { "Fn::GetAtt": ["PipeRole", "Arn"] },
            "Source": {
             "BuildSpec": {
              "Fn::Join": ["", ["{\n  \"version\": \"0.2\",\n  \"phases\": {\n    \"install\": {\n      \"runtime-versions\": {\n        \"python\": 3.8\n      }\n    },\n    \"build\": {\n      \"commands\": [\n        \"echo ", { "Ref": "AWS::Region" }, "\"\n      ]\n    }\n  }\n}"]]
             },
             "Type": "CODEPIPELINE"
            }
           }
          },
          "Pipe": {
           "Type": "AWS::CodePipeline::Pipeline",
           "Properties": {
            "ArtifactStore": { "Location": { "Ref": "Data" }, "Type": "S3" },
            "RoleArn": { "Fn::GetAtt": ["PipeRole", "Arn"] },
            "RestartExecutionOnUpdate": false,
            "Stages": [
             {
              "Name": "Source",
              "Actions": [
               {
                "Name": "MainSource", "RunOrder": 1,
                "ActionTypeId": { "Category": "Source", "Owner": "AWS", "Provider": "CodeCommit", "Version": "1" },
                "Configuration": {
                 "RepositoryName": { "Fn::GetAtt": ["Repo", "Name"] }, "BranchName": "main", "PollForSourceChanges": false
                },
                "OutputArtifacts": [{ "Name": "Artifact_Source_MainSource" }]
               },
               {
                "Name": "ModelSource", "RunOrder": 1,
                "ActionTypeId": { "Category": "Source", "Owner": "AWS", "Provider": "CodeCommit", "Version": "1" },
                "Configuration": {
                 "RepositoryName": { "Fn::GetAtt": ["Repo", "Name"] }, "BranchName": "model", "PollForSourceChanges": false
                },
                "OutputArtifacts": [{ "Name": "Artifact_Source_ModelSource" }]
               }
              ]
             },
             {
              "Name": "Build",
              "Actions": [
               {
                "Name": "Preprocess", "RunOrder": 2,
                "ActionTypeId": { "Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1" },
                "Configuration": {
                 "ProjectName": { "Ref": "Project" },
                 "EnvironmentVariables": "[{\"name\":\"ID\",\"type\":\"PLAINTEXT\",\"value\":\"#{codepipeline.PipelineExecutionId}\"}]"
                },
                "InputArtifacts": [{ "Name": "Artifact_Source_MainSource" }],
                "OutputArtifacts": [{ "Name": "DeploymentBuildOutput" }]
               }
              ]
             },
             {
              "Name": "Deploy",
              "Actions": [
               {
                "Name": "Ok", "RunOrder": 1,
                "ActionTypeId": { "Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1" },
                "Configuration": { "CustomData": "Is the model ready?" }
               },
               {
                "Name": "DeployEndpoint", "RunOrder": 2,
                "ActionTypeId": { "Category": "Deploy", "Owner": "AWS", "Provider": "CloudFormation", "Version": "1" },
                "Configuration": { "StackName": "EndpointStack", "ActionMode": "CREATE_UPDATE" },
                "InputArtifacts": [{ "Name": "DeploymentBuildOutput" }]
               }
              ]
             }
            ]
           },
           "DependsOn": ["PipeRole"]
          },
          "CDKMetadata": {
           "Type": "AWS::CDK::Metadata", "Properties": { "Analytics": "v2:deflate64:H4s" }, "Condition": "CDKMetadataAvailable"
          }
         },
         "Outputs": {
          "Url": { "Value": { "Fn::GetAtt": ["Repo", "CloneUrlHttp"] }, "Export": { "Name": "abalone-url" } }
         },
         "Conditions": {
          "CDKMetadataAvailable": {
           "Fn::Or": [
            { "Fn::Or": [{ "Fn::Equals": [{ "Ref": "AWS::Region" }, "af-south-1"] }, { "Fn::Equals": [{ "Ref": "AWS::Region" }, "us-east-1"] }] },
            { "Fn::Equals": [{ "Ref": "AWS::Region" }, "us-west-2"] }
           ]
          }
         },
         "Parameters": {
          "BootstrapVersion": {
           "Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version",
           "Description": "Version of the CDK Bootstrap resources in this environment. [cdk:skip]"
          }
         },
         "Rules": {
          "CheckBootstrapVersion": {
           "Assertions": [
            {
             "Assert": { "Fn::Not": [{ "Fn::Contains": [["1", "2", "3", "4", "5"], { "Ref": "BootstrapVersion" }] }] },
             "AssertDescription": "CDK bootstrap stack version 6 required."
            }
           ]
          }
         }
        }
        """#
}
