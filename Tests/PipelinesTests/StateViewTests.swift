// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing

@testable import Pipelines

@Suite("The answer of get-pipeline-state")
struct StateViewTests {
    private let definition = ExecutionFixture.definition

    private func state(_ standings: [String: StageStanding] = [:]) throws -> JSONValue {
        try ExecutionFixture.json(
            PipelineState(definition, created: 1_600_000_000_204, updated: 1_650_000_000_000, standings: standings)
        )
    }

    /// Every stage that the execution has entered has it as its latest.
    private func standings(_ execution: PipelineExecution) -> [String: StageStanding] {
        let entered = execution.stages.filter { $0.status != nil }
        return Dictionary(uniqueKeysWithValues: entered.map { ($0.name, StageStanding(latest: execution)) })
    }

    @Test("a pipeline that never ran has every stage and every action, in order, and nothing that ran")
    func neverRun() throws {
        let expected = """
            {"pipelineName": "abalone", "pipelineVersion": 3, "created": 1600000000.204, "updated": 1650000000,
             "stageStates": [
               {"stageName": "Source", "inboundTransitionState": {"enabled": true},
                "actionStates": [{"actionName": "MainSource"}, {"actionName": "ModelSource"}]},
               {"stageName": "Build", "inboundTransitionState": {"enabled": true},
                "actionStates": [{"actionName": "Preprocess"}, {"actionName": "Train"}]},
               {"stageName": "Approval", "inboundTransitionState": {"enabled": true},
                "actionStates": [{"actionName": "EvaluationApproval"}]},
               {"stageName": "Deploy", "inboundTransitionState": {"enabled": true},
                "actionStates": [{"actionName": "Production"}]}]}
            """
        #expect(try state() == ExecutionFixture.json(expected))
    }

    @Test("a stage that has begun has its execution; a later one has no such key")
    func latestExecution() throws {
        let stages = try state(standings(ExecutionFixture.retried))["stageStates"]
        let build = try ExecutionFixture.json(
            """
            {"pipelineExecutionId": "00000000-0000-4000-8000-000000000012", "status": "InProgress", "type": "STANDARD"}
            """
        )
        #expect(stages?[1]?["latestExecution"] == build)
        #expect(stages?[2]?.keys == ["stageName", "inboundTransitionState", "actionStates"])
        #expect(stages?[3]?.keys == ["stageName", "inboundTransitionState", "actionStates"])
    }

    @Test("a stage under retry tells so, and its last attempts are what is shown")
    func retry() throws {
        let build = try state(standings(ExecutionFixture.retried))["stageStates"]?[1]
        let retries = try ExecutionFixture.json(
            """
            {"autoStageRetryAttempt": 0, "manualStageRetryAttempt": 1, "latestRetryTrigger": "ManualStageRetry"}
            """
        )
        let train = try ExecutionFixture.json(
            """
            {"actionName": "Train", "latestExecution":
              {"actionExecutionId": "a-train-2", "status": "InProgress", "lastStatusChange": 1700000030}}
            """
        )
        #expect(build?["retryStageMetadata"] == retries)
        #expect(build?["actionStates"]?[1] == train)
    }

    @Test("a source action shows its revision")
    func revision() throws {
        let source = try state(standings(ExecutionFixture.retried))["stageStates"]?[0]?["actionStates"]?[0]
        let id = String(repeating: "a", count: 40)
        let expected = try ExecutionFixture.json(
            """
            {"actionName": "MainSource",
             "currentRevision": {"revisionId": "\(id)", "revisionChangeId": "\(id)", "created": 1700000001.5},
             "latestExecution": {"actionExecutionId": "a-main", "status": "Succeeded", "summary": "Add gate",
               "lastStatusChange": 1700000001.5, "externalExecutionId": "\(id)"}}
            """
        )
        #expect(source == expected)
    }

    @Test("an approval shows its token while it waits, and afterwards who has answered what")
    func approval() throws {
        var execution = ExecutionFixture.retried
        execution.stages[2].status = .inProgress
        var action = ExecutionFixture.attempt("a-ok", definition.stages[2].actions[0], .inProgress, at: 40, took: 0)
        action.token = "6ad7d2f5-0000-4000-8000-000000000000"
        execution.stages[2].actions = [action]
        let waiting = try state(standings(execution))["stageStates"]?[2]?["actionStates"]?[0]?["latestExecution"]
        #expect(waiting?["token"] == .string("6ad7d2f5-0000-4000-8000-000000000000"))
        #expect(waiting?["lastUpdatedBy"] == nil)

        action.status = .failed
        action.approval = ApprovalRecord(isApproved: false, comment: "too bad", person: "ann", at: 0)
        action.failure = ActionFailure(.jobFailed, "Rejected by ann: too bad")
        execution.stages[2].actions = [action]
        let answered = try state(standings(execution))["stageStates"]?[2]?["actionStates"]?[0]?["latestExecution"]
        let expected = try ExecutionFixture.json(
            """
            {"actionExecutionId": "a-ok", "status": "Failed", "summary": "too bad", "lastStatusChange": 1700000040,
             "lastUpdatedBy": "arn:aws:iam::000000000000:user/ann",
             "errorDetails": {"code": "JobFailed", "message": "Rejected by ann: too bad"}}
            """
        )
        #expect(answered == expected)
    }

    @Test("a closed transition says who closed it, when and why, and what waits before it")
    func transition() throws {
        let waiting = StageStanding(
            transition: .init(isEnabled: false, reason: "freeze", changedBy: "ann", changedAt: 1_690_000_000_500),
            inbound: [ExecutionFixture.execution(13), ExecutionFixture.execution(14)]
        )
        let deploy = try state(["Deploy": waiting])["stageStates"]?[3]
        let expected = try ExecutionFixture.json(
            """
            {"stageName": "Deploy", "actionStates": [{"actionName": "Production"}],
             "inboundTransitionState": {"enabled": false, "disabledReason": "freeze",
               "lastChangedBy": "arn:aws:iam::000000000000:user/ann", "lastChangedAt": 1690000000.5},
             "inboundExecution": {"pipelineExecutionId": "00000000-0000-4000-8000-000000000013",
               "status": "InProgress", "type": "STANDARD"},
             "inboundExecutions": [
               {"pipelineExecutionId": "00000000-0000-4000-8000-000000000013", "status": "InProgress",
                "type": "STANDARD"},
               {"pipelineExecutionId": "00000000-0000-4000-8000-000000000014", "status": "InProgress",
                "type": "STANDARD"}]}
            """
        )
        #expect(deploy == expected)
    }

    @Test("a rollback is of type ROLLBACK")
    func rollback() throws {
        var execution = ExecutionFixture.execution()
        execution.rollbackTarget = "00000000-0000-4000-8000-000000000009"
        execution.stages[3].status = .succeeded
        let deploy = try state(["Deploy": StageStanding(latest: execution)])["stageStates"]?[3]
        #expect(deploy?["latestExecution"]?["type"] == .string("ROLLBACK"))
    }

    @Test("a stage with a condition shows it, evaluated or not")
    func condition() throws {
        var definition = definition
        let rule = RuleDeclaration(name: "OnlyMain", provider: "VariableCheck")
        definition.stages[3].beforeEntry = ConditionDeclaration(result: .skip, rules: [rule])
        var execution = ExecutionFixture.execution()
        let before = try ExecutionFixture.json(
            PipelineState(definition, created: 0, updated: 0, standings: ["Deploy": StageStanding(latest: execution)])
        )["stageStates"]?[3]
        #expect(
            try before?["beforeEntryConditionState"]
                == ExecutionFixture.json(#"{"conditionStates": [{"ruleStates": [{"ruleName": "OnlyMain"}]}]}"#)
        )
        let evaluated = ConditionExecution.Rule(
            id: "r-1",
            name: "OnlyMain",
            provider: "VariableCheck",
            status: .failed,
            startedAt: 1000,
            updatedAt: 2500,
            resolvedConfiguration: [:],
            failure: ActionFailure(.jobFailed, "dev is not main")
        )
        execution.stages[3].status = .skipped
        execution.stages[3].conditions = [
            ConditionExecution(
                kind: .beforeEntry,
                status: .failed,
                result: .skip,
                startedAt: 1000,
                updatedAt: 2500,
                summary: "skipped",
                rules: [evaluated]
            )
        ]
        let after = try ExecutionFixture.json(
            PipelineState(definition, created: 0, updated: 0, standings: ["Deploy": StageStanding(latest: execution)])
        )["stageStates"]?[3]
        let expected = try ExecutionFixture.json(
            """
            {"latestExecution": {"status": "Failed", "summary": "skipped"},
             "conditionStates": [{
               "latestExecution": {"status": "Failed", "summary": "skipped", "lastStatusChange": 2.5},
               "ruleStates": [{"ruleName": "OnlyMain", "latestExecution": {"ruleExecutionId": "r-1",
                 "status": "Failed", "lastStatusChange": 2.5,
                 "errorDetails": {"code": "JobFailed", "message": "dev is not main"}}}]}]}
            """
        )
        #expect(after?["beforeEntryConditionState"] == expected)
        #expect(after?["latestExecution"]?["status"] == .string("Skipped"))
    }

    @Test("a PARALLEL pipeline shows no executions, only its transitions")
    func parallel() throws {
        var definition = definition
        definition.executionMode = .parallel
        let standing = StageStanding(transition: .init(isEnabled: false), latest: ExecutionFixture.retried)
        let state = try ExecutionFixture.json(
            PipelineState(definition, created: 0, updated: 0, standings: ["Build": standing])
        )
        #expect(state["stageStates"]?[1]?.keys == ["stageName", "inboundTransitionState", "actionStates"])
        #expect(state["stageStates"]?[1]?["inboundTransitionState"]?["enabled"] == .bool(false))
    }
}
