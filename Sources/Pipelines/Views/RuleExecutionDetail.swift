// SPDX-License-Identifier: Apache-2.0

/// AWS's `RuleExecutionDetail`, an item of `list-rule-executions`: one evaluation of a rule.
package struct RuleExecutionDetail: Sendable, Hashable, Codable {
    /// AWS's `RuleExecutionInput`.
    package struct Input: Sendable, Hashable, Codable {
        package var ruleTypeId: ActionTypeID
        package var configuration: [String: String]
        package var resolvedConfiguration: [String: String]
        package var region: String
        package var inputArtifacts: [ArtifactDetail]
    }

    /// AWS's `RuleExecutionOutput`.
    package struct Output: Sendable, Hashable, Codable {
        package var executionResult: Result?
    }

    /// AWS's `RuleExecutionResult`.
    package struct Result: Sendable, Hashable, Codable {
        package var externalExecutionSummary: String?
        package var errorDetails: ErrorDetails?
    }

    package var pipelineExecutionId: String
    package var ruleExecutionId: String
    package var pipelineVersion: Int
    package var stageName: String
    package var ruleName: String
    package var startTime: EpochSeconds
    package var lastUpdateTime: EpochSeconds
    package var status: String
    package var input: Input
    package var output: Output

    /// The evaluations of an execution's rules, the newest first.
    ///
    /// * `definition`: that of the execution's version, for what executions do not keep; nil where it is gone.
    package static func list(
        _ execution: PipelineExecution,
        _ definition: PipelineDefinition?
    ) -> [RuleExecutionDetail] {
        let details = execution.stages.flatMap { stage in
            stage.conditions.flatMap { condition in
                condition.rules.map { rule in
                    let declared = definition?.stage(stage.name)?.condition(condition.kind)?.rules.first {
                        $0.name == rule.name
                    }
                    return make(rule, declared, definition, stage: stage.name, of: execution)
                }
            }
        }
        return details.enumerated().sorted { left, right in
            let times = (left.element.startTime.milliseconds, right.element.startTime.milliseconds)
            return times.0 == times.1 ? left.offset > right.offset : times.0 > times.1
        }.map(\.element)
    }

    private static func make(
        _ rule: ConditionExecution.Rule,
        _ declared: RuleDeclaration?,
        _ definition: PipelineDefinition?,
        stage: String,
        of execution: PipelineExecution
    ) -> RuleExecutionDetail {
        let bucket = (definition ?? PipelineDefinition(name: execution.pipeline, stages: [])).artifactBucket
        let hasResult = rule.summary != nil || rule.failure != nil
        let inputs = (declared?.inputArtifacts ?? []).compactMap { execution.artifacts[$0] }
        return RuleExecutionDetail(
            pipelineExecutionId: execution.id,
            ruleExecutionId: rule.id,
            pipelineVersion: execution.version,
            stageName: stage,
            ruleName: rule.name,
            startTime: EpochSeconds(milliseconds: rule.startedAt),
            lastUpdateTime: EpochSeconds(milliseconds: rule.updatedAt),
            status: rule.status.rawValue,
            input: Input(
                ruleTypeId: ActionTypeID(category: "Rule", provider: rule.provider),
                configuration: declared?.configuration ?? rule.resolvedConfiguration,
                resolvedConfiguration: rule.resolvedConfiguration,
                region: "us-east-1",
                inputArtifacts: inputs.map { ArtifactDetail($0, bucket: bucket) }
            ),
            output: Output(
                executionResult: hasResult
                    ? Result(externalExecutionSummary: rule.summary, errorDetails: rule.failure.map(ErrorDetails.init))
                    : nil
            )
        )
    }
}

extension StageDeclaration {
    /// The stage's condition of a kind; nil: it has none.
    package func condition(_ kind: ConditionKind) -> ConditionDeclaration? {
        switch kind {
        case .beforeEntry: beforeEntry
        case .onSuccess: onSuccess
        case .onFailure: onFailure?.condition
        }
    }
}
