// SPDX-License-Identifier: Apache-2.0

import JSON

@testable import Pipelines

/// Made-up pipelines and executions, all times near 1,700,000,000 s.
enum ExecutionFixture {
    static let start: Int64 = 1_700_000_000_000

    /// Source (two branches) → Build (two actions) → Approval → Deploy.
    static var definition: PipelineDefinition {
        var main = ActionDeclaration(name: "MainSource", type: ActionTypeID(category: "Source", provider: "CodeCommit"))
        main.configuration = ["RepositoryName": "abalone", "BranchName": "main"]
        main.outputArtifacts = [.init(name: "Artifact_Source_MainSource")]
        main.namespace = "SourceVariables"
        main.unused["region"] = .string("us-east-1")
        main.unused["roleArn"] = .string("arn:aws:iam::000000000000:role/source")
        var model = ActionDeclaration(name: "ModelSource", type: main.type)
        model.outputArtifacts = [.init(name: "Artifact_Source_ModelSource")]
        var preprocess = ActionDeclaration(
            name: "Preprocess",
            type: ActionTypeID(category: "Build", provider: "CodeBuild")
        )
        preprocess.inputArtifacts = ["Artifact_Source_MainSource"]
        preprocess.outputArtifacts = [.init(name: "Data")]
        var train = ActionDeclaration(name: "Train", type: preprocess.type)
        train.runOrder = 2
        train.inputArtifacts = ["Data"]
        let approval = ActionDeclaration(
            name: "EvaluationApproval",
            type: ActionTypeID(category: "Approval", provider: "Manual")
        )
        let deploy = ActionDeclaration(
            name: "Production",
            type: ActionTypeID(category: "Deploy", provider: "ElasticBeanstalk")
        )
        var definition = PipelineDefinition(
            name: "abalone",
            stages: [
                StageDeclaration(name: "Source", actions: [main, model]),
                StageDeclaration(name: "Build", actions: [preprocess, train]),
                StageDeclaration(name: "Approval", actions: [approval]),
                StageDeclaration(name: "Deploy", actions: [deploy]),
            ]
        )
        definition.version = 3
        return definition
    }

    /// An attempt of an action that began so many seconds after the start and took so many milliseconds.
    static func attempt(
        _ id: String,
        _ declaration: ActionDeclaration?,
        _ status: ActionStatus,
        at second: Int64,
        took: Int64 = 1500
    ) -> ActionExecution {
        let declaration =
            declaration ?? ActionDeclaration(name: id, type: ActionTypeID(category: "Build", provider: "CodeBuild"))
        return ActionExecution(
            id: id,
            name: declaration.name,
            type: declaration.type,
            status: status,
            startedAt: start + second * 1000,
            updatedAt: start + second * 1000 + took,
            configuration: declaration.configuration,
            resolvedConfiguration: declaration.configuration,
            inputs: [],
            namespace: declaration.namespace,
            output: ActionOutput(),
            isCancelled: false
        )
    }

    static func execution(_ number: Int64 = 12, _ definition: PipelineDefinition = definition) -> PipelineExecution {
        PipelineExecution(
            id: "00000000-0000-4000-8000-0000000000\(number)",
            pipeline: definition.name,
            number: number,
            version: definition.version,
            mode: definition.executionMode,
            status: .inProgress,
            trigger: ExecutionTrigger(.cloudWatchEvent, detail: "arn:aws:events:us-east-1:000000000000:rule/main"),
            startedAt: start,
            updatedAt: start,
            variables: [:],
            revisions: [:],
            stages: definition.stages.map { StageExecution(name: $0.name) },
            artifacts: [:],
            outputVariables: [:]
        )
    }

    /// An execution whose sources are there, and whose Train has failed once and succeeded after a retry.
    static var retried: PipelineExecution {
        var execution = execution()
        let stages = definition.stages
        execution.revisions = [
            "MainSource": SourceRevision(type: "COMMIT_ID", id: String(repeating: "a", count: 40), summary: "Add gate"),
            "ModelSource": SourceRevision(type: "COMMIT_ID", id: String(repeating: "b", count: 40), summary: ""),
        ]
        var main = attempt("a-main", stages[0].actions[0], .succeeded, at: 0)
        main.output.revision = execution.revisions["MainSource"]
        main.output.externalID = main.output.revision?.id
        main.output.summary = "Add gate"
        main.output.variables = ["CommitId": String(repeating: "a", count: 40), "BranchName": "main"]
        main.output.artifacts = [
            ArtifactReference(
                name: "Artifact_Source_MainSource",
                digest: String(repeating: "0", count: 64),
                size: 10,
                key: "abalone/Artifact_S/aBcDeFg"
            )
        ]
        let model = attempt("a-model", stages[0].actions[1], .succeeded, at: 0)
        var train = attempt("a-train-1", stages[1].actions[1], .failed, at: 20, took: 500)
        train.failure = ActionFailure(.jobFailed, "Build terminated with state: FAILED")
        train.output.externalID = "abalone-train:11111111-1111-4111-8111-111111111111"
        var preprocess = attempt("a-pre", stages[1].actions[0], .succeeded, at: 10)
        preprocess.inputs = main.output.artifacts
        let again = attempt("a-train-2", stages[1].actions[1], .inProgress, at: 30, took: 0)
        execution.stages[0].status = .succeeded
        execution.stages[0].actions = [main, model]
        execution.stages[1].status = .inProgress
        execution.stages[1].actions = [preprocess, train, again]
        execution.stages[1].manualRetries = 1
        execution.stages[1].latestRetryTrigger = "ManualStageRetry"
        execution.variables = ["RATE": "0.1", "DEPTH": "5"]
        execution.updatedAt = start + 30_000
        return execution
    }

    /// The JSON of a value, to be compared as a tree.
    static func json(_ value: some Encodable) throws -> JSONValue {
        try JSONText.parse(try JSONText.encode(value))
    }

    static func json(_ text: String) throws -> JSONValue { try JSONText.parse(Array(text.utf8)) }
}

extension JSONValue {
    /// A member of an object.
    subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// An element of an array.
    subscript(_ index: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    var keys: Set<String> {
        if case .object(let members) = self { Set(members.keys) } else { [] }
    }
}
