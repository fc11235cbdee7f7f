// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing

@testable import Pipelines

@Suite("AWS's views of executions and pipelines")
struct ExecutionViewTests {
    private let definition = ExecutionFixture.definition

    @Test("get-pipeline-execution")
    func execution() throws {
        let view = try ExecutionFixture.json(ExecutionView(ExecutionFixture.retried, definition, withActions: false))
        let (main, model) = (String(repeating: "a", count: 40), String(repeating: "b", count: 40))
        let expected = try ExecutionFixture.json(
            """
            {"pipelineExecution": {
              "pipelineName": "abalone", "pipelineVersion": 3,
              "pipelineExecutionId": "00000000-0000-4000-8000-000000000012", "status": "InProgress",
              "artifactRevisions": [
                {"name": "Artifact_Source_MainSource", "revisionId": "\(main)", "revisionSummary": "Add gate",
                 "created": 1700000001.5},
                {"name": "Artifact_Source_ModelSource", "revisionId": "\(model)", "created": 1700000001.5}],
              "variables": [{"name": "DEPTH", "resolvedValue": "5"}, {"name": "RATE", "resolvedValue": "0.1"}],
              "trigger": {"triggerType": "CloudWatchEvent",
                "triggerDetail": "arn:aws:events:us-east-1:000000000000:rule/main"},
              "executionMode": "SUPERSEDED", "executionType": "STANDARD"}}
            """
        )
        #expect(view == expected)
    }

    @Test("the actions of an execution come newest first, a retry as another row")
    func order() throws {
        let details = ActionExecutionDetail.list(ExecutionFixture.retried, definition)
        #expect(details.map(\.actionExecutionId) == ["a-train-2", "a-train-1", "a-pre", "a-model", "a-main"])
        let view = try ExecutionFixture.json(ExecutionView(ExecutionFixture.retried, definition))
        #expect(view.keys == ["pipelineExecution", "actionExecutionDetails"])
    }

    @Test("list-action-executions: an action that has made an artifact and variables")
    func succeededAction() throws {
        let details = ActionExecutionDetail.list(ExecutionFixture.retried, definition)
        let id = String(repeating: "a", count: 40)
        let expected = try ExecutionFixture.json(
            """
            {"pipelineExecutionId": "00000000-0000-4000-8000-000000000012", "actionExecutionId": "a-main",
             "pipelineVersion": 3, "stageName": "Source", "actionName": "MainSource", "startTime": 1700000000,
             "lastUpdateTime": 1700000001.5, "status": "Succeeded",
             "input": {"actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
               "configuration": {"RepositoryName": "abalone", "BranchName": "main"},
               "resolvedConfiguration": {"RepositoryName": "abalone", "BranchName": "main"},
               "roleArn": "arn:aws:iam::000000000000:role/source", "region": "us-east-1", "inputArtifacts": [],
               "namespace": "SourceVariables"},
             "output": {"outputArtifacts": [{"name": "Artifact_Source_MainSource", "s3location":
                 {"bucket": "codepipeline-us-east-1-000000000000", "key": "abalone/Artifact_S/aBcDeFg"}}],
               "executionResult": {"externalExecutionId": "\(id)", "externalExecutionSummary": "Add gate"},
               "outputVariables": {"CommitId": "\(id)", "BranchName": "main"}}}
            """
        )
        #expect(try ExecutionFixture.json(details[4]) == expected)
    }

    @Test("list-action-executions: an action that has failed, and one that has only begun")
    func otherActions() throws {
        let details = ActionExecutionDetail.list(ExecutionFixture.retried, definition)
        let result = try ExecutionFixture.json(
            """
            {"externalExecutionId": "abalone-train:11111111-1111-4111-8111-111111111111",
             "errorDetails": {"code": "JobFailed", "message": "Build terminated with state: FAILED"}}
            """
        )
        let failed = try ExecutionFixture.json(details[1])
        #expect(failed["output"]?["executionResult"] == result)
        #expect(failed["status"] == .string("Failed"))
        let begun = try ExecutionFixture.json(details[0])
        #expect(begun["output"] == .object(["outputArtifacts": .array([]), "outputVariables": .object([:])]))
    }

    @Test("artifacts are said to be in the pipeline's own bucket where it names one")
    func bucket() throws {
        var definition = definition
        definition.unused["artifactStore"] = .object(["type": .string("S3"), "location": .string("my-artifacts")])
        let details = ActionExecutionDetail.list(ExecutionFixture.retried, definition)
        #expect(details[2].input.inputArtifacts.map(\.s3location.bucket) == ["my-artifacts"])
        definition.unused = [
            "artifactStores": .object(["eu-west-1": .object(["type": .string("S3"), "location": .string("regional")])])
        ]
        #expect(definition.artifactBucket == "regional")
    }

    @Test("an approval that waits has its token as the external id, as AWS has it for PARALLEL pipelines")
    func approvalToken() {
        var execution = ExecutionFixture.execution()
        var action = ExecutionFixture.attempt("a-ok", definition.stages[2].actions[0], .inProgress, at: 40)
        action.token = "the-token"
        execution.stages[2].actions = [action]
        let details = ActionExecutionDetail.list(execution, definition)
        #expect(details.map(\.output.executionResult?.externalExecutionId) == ["the-token"])
    }

    @Test("list-pipeline-executions: one that was stopped, and a rollback")
    func summaries() throws {
        var stopped = ExecutionFixture.retried
        stopped.status = .stopped
        stopped.stopReason = "wrong data"
        stopped.stopRequestedBy = "ann"
        let summary = try ExecutionFixture.json(ExecutionSummary(stopped, definition))
        let (main, model) = (String(repeating: "a", count: 40), String(repeating: "b", count: 40))
        let expected = try ExecutionFixture.json(
            """
            {"pipelineExecutionId": "00000000-0000-4000-8000-000000000012", "status": "Stopped",
             "startTime": 1700000000, "lastUpdateTime": 1700000030,
             "sourceRevisions": [
               {"actionName": "MainSource", "revisionId": "\(main)", "revisionSummary": "Add gate"},
               {"actionName": "ModelSource", "revisionId": "\(model)"}],
             "trigger": {"triggerType": "CloudWatchEvent",
               "triggerDetail": "arn:aws:events:us-east-1:000000000000:rule/main"},
             "stopTrigger": {"reason": "wrong data"}, "executionMode": "SUPERSEDED", "executionType": "STANDARD"}
            """
        )
        #expect(summary == expected)

        var rollback = ExecutionFixture.execution()
        rollback.rollbackTarget = "00000000-0000-4000-8000-000000000009"
        rollback.trigger = ExecutionTrigger(.manualRollback, detail: "arn:aws:iam::000000000000:user/ann")
        let other = try ExecutionFixture.json(ExecutionSummary(rollback))
        #expect(other["executionType"] == .string("ROLLBACK"))
        #expect(
            try other["rollbackMetadata"]
                == ExecutionFixture.json(
                    #"{"rollbackTargetPipelineExecutionId": "00000000-0000-4000-8000-000000000009"}"#
                )
        )
        #expect(other["stopTrigger"] == nil)
        #expect(other["sourceRevisions"] == .array([]))
    }

    @Test("list-pipelines and get-pipeline")
    func pipelines() throws {
        let summary = try ExecutionFixture.json(PipelineSummary(definition, created: 1500, updated: 2000))
        let expected = """
            {"name": "abalone", "version": 3, "pipelineType": "V1", "executionMode": "SUPERSEDED", "created": 1.5,
             "updated": 2}
            """
        #expect(try summary == ExecutionFixture.json(expected))
        let document = try ExecutionFixture.json(PipelineDocument(definition, created: 1500, updated: 2000))
        #expect(document.keys == ["pipeline", "metadata"])
        #expect(try document["pipeline"] == ExecutionFixture.json(definition))
        let metadata = """
            {"pipelineArn": "arn:aws:codepipeline:us-east-1:000000000000:abalone", "created": 1.5, "updated": 2}
            """
        #expect(try document["metadata"] == ExecutionFixture.json(metadata))
    }

    @Test("list-rule-executions")
    func rules() throws {
        var definition = definition
        var rule = RuleDeclaration(name: "OnlyMain", provider: "VariableCheck")
        rule.configuration = ["Variable": "#{variables.B}", "Operator": "EQ", "Value": "main"]
        definition.stages[3].beforeEntry = ConditionDeclaration(result: .skip, rules: [rule])
        var execution = ExecutionFixture.execution(12, definition)
        execution.stages[3].conditions = [
            ConditionExecution(
                kind: .beforeEntry,
                status: .succeeded,
                result: .skip,
                startedAt: 1000,
                updatedAt: 2500,
                rules: [
                    .init(
                        id: "r-1",
                        name: "OnlyMain",
                        provider: "VariableCheck",
                        status: .succeeded,
                        startedAt: 1000,
                        updatedAt: 2500,
                        resolvedConfiguration: ["Variable": "main", "Operator": "EQ", "Value": "main"]
                    )
                ]
            )
        ]
        let details = try ExecutionFixture.json(RuleExecutionDetail.list(execution, definition))
        let expected = try ExecutionFixture.json(
            """
            [{"pipelineExecutionId": "00000000-0000-4000-8000-000000000012", "ruleExecutionId": "r-1",
              "pipelineVersion": 3, "stageName": "Deploy", "ruleName": "OnlyMain", "startTime": 1,
              "lastUpdateTime": 2.5, "status": "Succeeded",
              "input": {"ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"},
                "configuration": {"Variable": "#{variables.B}", "Operator": "EQ", "Value": "main"},
                "resolvedConfiguration": {"Variable": "main", "Operator": "EQ", "Value": "main"},
                "region": "us-east-1", "inputArtifacts": []},
              "output": {}}]
            """
        )
        #expect(details == expected)
    }

    @Test(
        "instants are seconds with a fraction",
        arguments: [(1_427_298_837_768, "1427298837.768"), (1_700_000_000_000, "1700000000"), (1, "0.001")]
            as [(
                Int64, String
            )]
    )
    func instants(_ milliseconds: Int64, _ text: String) throws {
        let value = EpochSeconds(milliseconds: milliseconds)
        let bytes = try JSONText.encode(value)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(try JSONText.decode(EpochSeconds.self, from: bytes) == value)
    }
}
