// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import Pipelines

/// JSON of a definition, as it lies in the journal, is decoded and checked, or refused.
struct PipelineTarget: FuzzTarget {
    let name = "pipeline"
    let seeds = [
        """
        {"name": "p", "version": 1, "executionMode": "PARALLEL", "pipelineType": "V2", "roleArn": "arn:x",
         "artifactStore": {"type": "S3", "location": "b"},
         "variables": [{"name": "v", "defaultValue": "x", "description": "d"}],
         "triggers": [{"providerType": "CodeStarSourceConnection", "gitConfiguration": {"sourceActionName": "S",
           "push": [{"tags": {"includes": ["v*"]}}, {"branches": {"includes": ["{a,b}/**"], "excludes": ["[a-z]?"]}}]}}],
         "stages": [{"name": "Source", "actions": [{"name": "S", "namespace": "src", "actionTypeId": {"category": "Source",
           "owner": "AWS", "provider": "CodeStarSourceConnection", "version": "1"}, "outputArtifacts": [{"name": "A"}],
           "configuration": {"ConnectionArn": "arn:x", "FullRepositoryId": "a/b", "BranchName": "main"}}]},
          {"name": "B", "onFailure": {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}},
           "beforeEntry": {"conditions": [{"result": "FAIL", "rules": [{"name": "r", "timeoutInMinutes": 9,
             "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"},
             "configuration": {"Variable": "#{src.BranchName}", "Value": "ma(in|ster)", "Operator": "MATCHES"}}]}]},
           "actions": [{"name": "B", "runOrder": 2, "namespace": "n", "timeoutInMinutes": 5,
           "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
           "inputArtifacts": [{"name": "A"}], "outputArtifacts": [{"name": "O", "files": ["a", "b"]}],
           "configuration": {"ProjectName": "#{variables.v}", "EnvironmentVariables": "[{\\"name\\":\\"X\\",\\"value\\":\\"#{src.CommitId}\\"}]"}},
           {"name": "Ok", "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"},
            "configuration": {"CustomData": "see #{n.X}"}}]}]}
        """
    ].map { Array($0.utf8) }
    let words = [
        "\"stages\":", "\"actions\":", "\"runOrder\":", "\"timeoutInMinutes\":", "\"version\":", "#{n.X}", "#{",
        "\"name\": \"B\",", "[]",
        "{}", "null", "\"onSuccess\":", "\"beforeEntry\":", "\"configuration\":", "\"provider\": \"S3\",", "{a,b",
        "[z-a]", "((a*)*)*",
        "\"inputArtifacts\": [{\"name\": \"Z\"}],", "\\ud800", "\"InputArtifact\":",
    ]

    func check(_ input: [UInt8]) throws {
        guard let definition = try? JSONText.decode(PipelineDefinition.self, from: input) else { return }
        try Self.checkReturns(definition)
        let problems = definition.problems()
        try FuzzFailure.unless(problems == definition.problems(), "its problems are others when it is looked at again")
        for problem in problems {
            try FuzzFailure.unless(!problem.message.isEmpty && !problem.exception.isEmpty, "\(problem) says nothing")
        }
        // What may be used can be started, with any time that a clock shows.
        guard !problems.contains(where: { $0.severity == .error }) else { return }
        var machine = PipelineMachine(definition)
        var generator = SeededGenerator(hashing: input)
        let start = ExecutionStart(
            id: "00000000-0000-4000-8000-000000000001",
            number: 1,
            trigger: ExecutionTrigger(.startPipelineExecution)
        )
        _ = try machine.apply(.start(start), at: 1_800_000_000_000, using: &generator)
    }

    /// Fails where a definition does not come back from its JSON.
    static func checkReturns(_ definition: PipelineDefinition) throws {
        let bytes = try JSONText.encode(definition)
        let again = try JSONText.decode(PipelineDefinition.self, from: bytes)
        try FuzzFailure.unless(again == definition, "it comes back as something else: \(again) for \(definition)")
    }
}
