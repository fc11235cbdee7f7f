// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JSON
import Pipelines
import Templates

/// Reads texts as files, for tests.
enum Samples {
    static func read(
        _ text: String,
        file: String = "file.yml",
        _ parameters: [String: String] = [:],
        context: TemplateContext = TemplateContext()
    ) -> TemplateReading {
        TemplateReader.read(Array(text.utf8), file: file, parameters: parameters, context: context)
    }

    /// `LINE:COLUMN: SEVERITY: MESSAGE`, one for each problem.
    static func lines(_ reading: TemplateReading) -> [String] {
        reading.diagnostics.map { problem in
            "\(problem.location.line):\(problem.location.column): \(problem.severity.rawValue): \(problem.message)"
        }
    }

    static func pipelines(_ reading: TemplateReading) -> [PipelineDefinition] {
        reading.resources.compactMap { if case .pipeline(let definition, _, _) = $0.value { definition } else { nil } }
    }

    static func projects(_ reading: TemplateReading) -> [BuildProject] {
        reading.resources.compactMap { if case .project(let project) = $0.value { project } else { nil } }
    }

    static func rules(_ reading: TemplateReading) -> [EventRule] {
        reading.resources.compactMap { if case .rule(let rule) = $0.value { rule } else { nil } }
    }

    static func environments(_ reading: TemplateReading) -> [EnvironmentDeclaration] {
        reading.resources.compactMap { if case .environment(let value) = $0.value { value } else { nil } }
    }

    /// A template of one parameter whose value is an expression, as one line of YAML.
    static func value(
        _ expression: String,
        _ parameters: [String: String] = [:],
        context: TemplateContext = TemplateContext()
    )
        -> (value: String?, problems: [String])
    {
        let text = """
            Parameters:
              Text: { Type: String, Default: some-text }
              List: { Type: CommaDelimitedList, Default: "a, b ,c" }
              Number: { Type: Number, Default: 012 }
            Mappings:
              Regions:
                us-east-1: { Name: virginia, Zones: [x, y] }
            Conditions:
              Yes: !Equals [!Ref Text, some-text]
              No: !Not [!Condition Yes]
              Both: !And [!Condition Yes, !Or [!Condition No, !Condition Yes]]
            Resources:
              Repo:
                Type: AWS::CodeCommit::Repository
                Properties: { RepositoryName: abalone }
              Bucket:
                Type: AWS::S3::Bucket
              Role:
                Type: AWS::IAM::Role
                Properties: { RoleName: worker }
              Value:
                Type: AWS::SSM::Parameter
                Properties:
                  Name: value
                  Type: String
                  Value: \(expression)
            """
        let reading = read(text, file: "stack.yml", parameters, context: context)
        for case .parameter("value", _, let value) in reading.resources.map(\.value) {
            return (value, reading.diagnostics.map(\.message))
        }
        return (nil, reading.diagnostics.map(\.message))
    }

    /// A pipeline of two stages as YAML of the API.
    static let tree = """
        name: pipe
        stages:
          - name: Source
            actions:
              - name: Main
                actionTypeId: {category: Source, owner: AWS, provider: CodeCommit, version: "1"}
                configuration:
                  RepositoryName: repo
                  BranchName: main
                  PollForSourceChanges: no
                outputArtifacts:
                  - name: MainSource
          - name: Build
            actions:
              - name: Build
                actionTypeId: {category: Build, owner: AWS, provider: CodeBuild, version: 1}
                configuration: {ProjectName: proj}
                inputArtifacts:
                  - name: MainSource

        """
}
