// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON
internal import Pipelines
internal import Templates

/// Any bytes are a pipeline, a project or a template, or have an error in them; what is read comes back from its JSON.
struct TemplateTarget: FuzzTarget {
    let name = "template"
    let seeds = [
        """
        Parameters:
          Name: {Type: String, Default: birds, AllowedPattern: "^[a-z][-a-z0-9]*$", MinLength: 1, MaxLength: 20}
          Zones: {Type: CommaDelimitedList, Default: "a,b"}
          Count: {Type: Number, Default: 3, MinValue: 1}
        Mappings:
          Regions: {us-east-1: {Name: virginia, Zones: [x, y]}}
        Conditions:
          IsBirds: !Equals [!Ref Name, birds]
          Both: !And [!Condition IsBirds, !Not [!Equals [a, b]]]
        Resources:
          P:
            Type: AWS::CodePipeline::Pipeline
            Condition: IsBirds
            Properties:
              Name: !Sub "${Name}-${AWS::Region}"
              Stages:
                - Name: Source
                  Actions:
                    - Name: S
                      ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: 1}
                      Configuration: {RepositoryName: !Ref Name, BranchName: main, PollForSourceChanges: false}
                      OutputArtifacts: [{Name: A}]
                - Name: Build
                  Actions:
                    - Name: B
                      ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                      InputArtifacts: [{Name: A}]
                      Configuration: {ProjectName: !Ref Project}
          Project:
            Type: AWS::CodeBuild::Project
            Properties:
              Name: !Join ["-", [!Select [0, !Ref Zones], !FindInMap [Regions, !Ref "AWS::Region", Name]]]
              TimeoutInMinutes: 10
              Artifacts: {Type: CODEPIPELINE}
              Source:
                Type: CODEPIPELINE
                BuildSpec: |
                  version: 0.2
                  phases: {build: {commands: ["echo ${AWS::Region}"]}}
              Environment: {Type: LINUX_CONTAINER, Image: "aws/codebuild/standard:7.0", ComputeType: BUILD_GENERAL1_SMALL}
          Rule:
            Type: AWS::Events::Rule
            Properties:
              ScheduleExpression: rate(5 minutes)
              Targets: [{Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${P}", Id: t}]
        Outputs:
          Out: {Value: !Base64 "x", Export: {Name: !Sub "${AWS::StackName}-out"}}

        """,
        """
        {"pipeline": {"name": "p", "version": 1, "executionMode": "QUEUED", "pipelineType": "V2",
         "variables": [{"name": "v", "defaultValue": "x"}],
         "triggers": [{"providerType": "CodeStarSourceConnection", "gitConfiguration": {"sourceActionName": "S",
           "push": [{"branches": {"includes": ["main", "f/**"]}, "filePaths": {"excludes": ["docs/*"]}}]}}],
         "stages": [{"name": "Source", "actions": [{"name": "S", "actionTypeId": {"category": "Source", "owner": "AWS",
           "provider": "CodeStarSourceConnection", "version": "1"}, "outputArtifacts": [{"name": "A"}],
           "configuration": {"ConnectionArn": "arn:x", "FullRepositoryId": "a/b", "BranchName": "main"}}]},
          {"name": "B", "onFailure": {"result": "ROLLBACK"}, "actions": [{"name": "B", "runOrder": 2, "namespace": "n",
           "timeoutInMinutes": 5, "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild",
           "version": "1"}, "inputArtifacts": [{"name": "A"}], "configuration": {"ProjectName": "#{variables.v}"}}]}]},
         "metadata": {}}
        """,
        """
        projects:
          - name: app
            source: {type: CODECOMMIT, location: "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app", buildspec: b.yml}
            artifacts: {type: NO_ARTIFACTS}
            environment:
              type: LINUX_CONTAINER
              image: aws/codebuild/standard:7.0
              computeType: BUILD_GENERAL1_SMALL
              environmentVariables: [{name: A, value: "1", type: PLAINTEXT}]
            timeoutInMinutes: 60
            concurrentBuildLimit: 2

        """,
    ].map { Array($0.utf8) }
    let words = [
        "!Ref ", "!Sub ", "!GetAtt A.B", "!If [IsBirds, a, b]", "!Join [\",\", []]", "!Select [9, [a]]",
        "!Split [\",\", \"a,b\"]",
        "!FindInMap [Regions, a, b]", "!Cidr x", "${Name}", "${!Name}", "${AWS::NoValue}", "${", "Fn::If", "Fn::Length",
        "Fn::ToJsonString",
        "Conditions:\n", "Resources:\n", "\"stages\":", "DependsOn: ", "&a ", "*a", "<<: *a", "\"name\":",
        "#{variables.v}",
        "{{resolve:ssm:/a:1}}", "timeoutInMinutes: ", "runOrder: ", "\"version\":", "Type: AWS::S3::Bucket\n",
    ]

    func check(_ input: [UInt8]) throws {
        let places = PlaceCheck(input)
        for context in [TemplateContext(), .check] {
            let reading = TemplateReader.read(input, file: "t.yml", context: context)
            try places.check(reading.diagnostics)
            try FuzzFailure.unless(
                reading.kind != nil || reading.diagnostics.hasErrors,
                "it is nothing, and nothing is said"
            )
            if reading.diagnostics.hasErrors { continue }
            for resource in reading.resources {
                try places.check(resource.location, "a resource")
                if case .pipeline(let definition, _, _) = resource.value {
                    try PipelineTarget.checkReturns(definition)
                }
            }
        }
        _ = TemplateReader.parameterNames(of: input)
    }
}
